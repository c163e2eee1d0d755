"""Where courses live: Moodle, Canvas and Gradescope; what they take, what they export, and grades that go back."""
