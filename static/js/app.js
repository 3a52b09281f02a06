// The behaviour every page may need.
