"""What a term is made of, as data: times by the clock of the course's zone, spreadsheets, and the people in them."""
