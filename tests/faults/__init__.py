"""Processes killed at every place they may die: nothing acknowledged is lost, nothing counted twice."""
