"""What is drawn: pure functions from values to components. Nothing here asks for data, knows a metric's name or reads the address.

Values arrive formatted where they are text (`dashboard.format`) and as numbers where they are a position. Texts the reader sees come from
the caller or from `dashboard/words/part.toml`. One module is one idea; a page imports the module it draws with:

    from dashboard.parts import bullet, channel, state, status, table, tile, trend
    channel.name("voice", "Voix")            glyph, hue and name        status.mark("bad", "hors promesse")    shape, colour and word
    tile.figure(...)                         a key figure               table.table(columns, rows, total)      right-aligned numbers
    trend.strip(...), spark.line(...)        small inline charts        whisker.row(...), bullet.bar(...)      dots and bars
    state.empty(...), state.stale(...)       designed absences          picture.framed(...)                    chart + alternative
"""
