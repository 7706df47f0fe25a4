/// Group memberships, and how complete the list is.
///
/// Access rules treat a missing group in an incomplete list as unknown.
public struct GroupSet: Sendable, Hashable, Codable {
    /// How much of the truth the list is.
    public enum Completeness: String, Sendable, Codable {
        /// Every group that the connection is configured to see.
        case complete
        /// The IdP left the list out because it is too long (Entra ID `_claim_names`).
        case overage
        /// The IdP does not tell groups.
        case unsupported
        /// The lookup failed.
        case failed
    }

    /// The groups, sorted, each once.
    public let values: [String]
    /// How complete the list is.
    public let completeness: Completeness

    /// A list.
    ///
    /// Order and repetition carry no meaning and are dropped.
    public init(_ values: some Sequence<String>, completeness: Completeness) {
        self.values = Set(values).sorted()
        self.completeness = completeness
    }

    /// The IdP does not tell groups.
    public static let unsupported = GroupSet([], completeness: .unsupported)
}
