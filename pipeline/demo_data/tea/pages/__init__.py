"""What the page of a dataset shows: the data of its map, its charts and its farmers' cards."""
