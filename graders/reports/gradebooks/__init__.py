"""A class's grade books: a row for each student, as our own table, as JSON, and in what Canvas and Moodle import."""
