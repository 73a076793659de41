"""From a store to what is analysed: its file, its rows, its factors."""
