"""One record's journey from bytes to outcome; knows no Kafka client."""
