"""Everything that knows Faust or aiokafka: reading in, delivering out, and the books between."""
