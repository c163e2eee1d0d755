"""What is tried on the finished book: pages in a browser, their weight, the book on another Python."""
