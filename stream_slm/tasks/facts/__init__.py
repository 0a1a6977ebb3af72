"""Facts of a text: numbers, amounts, dates, quantities, doses, roads and names, where they stand and in one form."""
