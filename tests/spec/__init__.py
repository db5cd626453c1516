"""What each number means, said a second time: worked examples put in and asked, and slow formulas written from the definitions."""
