"""What a built artifact really is: facts are read and run, then judged by policy."""
