"""What a night costs, measured. Not here: any assertion about time, which no machine keeps."""
