// Every kind and profile of the house as `ConformanceKit` takes them, with the vendors' own attacks.
