"""What is checked: the library, how the book is made, and the pages that a reader opens."""
