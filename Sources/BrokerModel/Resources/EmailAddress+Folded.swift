package import Broker

extension EmailAddress {
    /// The address in lower case, to compare addresses that people and operators type.
    ///
    /// Mail servers may tell the cases of a local part apart (RFC 5321 2.4); none that matters does.
    package var folded: EmailAddress { EmailAddress(description.lowercased()) ?? self }
}
