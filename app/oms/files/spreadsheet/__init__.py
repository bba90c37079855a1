"""Orders out of a spreadsheet: columns, cells as spreadsheets write them, rows that make one order."""
