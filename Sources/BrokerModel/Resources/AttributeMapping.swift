/// How the claims of one connection become attributes of a customer.
///
/// What is not mapped does not leave the broker.
package struct AttributeMapping: Sendable, Hashable, Codable {
    /// One rule per attribute.
    package var rules: [AttributeRule]

    package init(_ rules: [AttributeRule] = []) { self.rules = rules }
}

/// How one attribute is made.
package struct AttributeRule: Sendable, Hashable, Codable {
    /// The attribute's name inside the broker, such as `department`.
    package var attribute: String
    /// The claim's name as the IdP writes it.
    package var claim: String
    /// SAML's NameFormat, where it must match.
    package var nameFormat: String?
    /// Steps applied in order.
    package var transforms: [AttributeTransform]
    /// What to do with more than one value.
    ///
    /// One value out of many is never taken silently.
    package var values: ValueRule

    package init(
        attribute: String, claim: String, nameFormat: String? = nil, transforms: [AttributeTransform] = [],
        values: ValueRule = .single
    ) {
        self.attribute = attribute
        self.claim = claim
        self.nameFormat = nameFormat
        self.transforms = transforms
        self.values = values
    }
}

/// What becomes of several values.
package enum ValueRule: Sendable, Hashable, Codable {
    /// More than one value is an error; the attribute is left out and the reason recorded.
    case single
    /// Keep the first.
    case first
    /// Keep all.
    case all
    /// Join with this separator.
    case join(String)
}

/// One step from a claim's value to an attribute's.
package enum AttributeTransform: Sendable, Hashable, Codable {
    /// Lower case, without regard to the locale.
    case lower
    /// Drop blanks and line ends around the value.
    case trim
    /// Keep the first capture group of the first match; drop the value where there is none.
    case capture(pattern: String)
    /// Replace by the table's entry; keep, drop or replace what the table does not have.
    case lookup(table: [String: String], otherwise: LookupMiss)
    /// The value to use where there is none.
    case standard(String)
}

/// What a look-up does with a value that is not in its table.
package enum LookupMiss: Sendable, Hashable, Codable {
    /// Leave the value as it is.
    case keep
    /// Drop the value.
    case drop
    /// Use this one.
    case use(String)
}
