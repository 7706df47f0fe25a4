/// Kept while a request waits for a sign-in, and given back as it came.
extension RelayState: Codable {
    /// Reads one that was kept.
    package init(from decoder: any Decoder) throws {
        try self.init(received: decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the value.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }
}
