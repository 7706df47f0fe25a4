import Broker

extension EmailCodeProvider {
    /// What an operator configures.
    public struct Settings: Codable, Sendable, Hashable {
        /// Domains and single addresses that a code may be sent to; nil for all that the organization owns.
        public var recipients: [String]?
        /// What people sign in to, as the mail names it.
        public var productName = "the support portal"
        /// The mail's subject.
        public var subject = "Your sign-in code"

        /// Settings with the standard values for all but these.
        public init(recipients: [String]? = nil) { self.recipients = recipients }

        /// Reads settings; a key that is absent means its standard value.
        public init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            self.init(recipients: try values.decodeIfPresent([String].self, forKey: .recipients))
            productName = try values.decodeIfPresent(String.self, forKey: .productName) ?? productName
            subject = try values.decodeIfPresent(String.self, forKey: .subject) ?? subject
        }
    }
}

extension EmailCodeProvider.Settings {
    /// The most octets of a text that stands in a mail.
    private static let maximumTextBytes = 120

    /// What the form cannot see.
    var problems: [SettingsError.Problem] {
        var problems: [SettingsError.Problem] = []
        if recipients?.isEmpty == true {
            problems.append(.init(path: ["recipients"], text: "must name a domain or an address"))
        }
        for (index, text) in (recipients ?? []).enumerated() where EmailDomain(text) == nil && EmailAddress(text) == nil
        {
            problems.append(.init(path: ["recipients", String(index)], text: "is neither a domain nor an address"))
        }
        for (key, text) in [("productName", productName), ("subject", subject)] where !Self.isOneLine(text) {
            problems.append(.init(path: [key], text: "must be one line of 1 to \(Self.maximumTextBytes) octets"))
        }
        return problems
    }

    /// A line end in a subject would begin another header field of the mail.
    private static func isOneLine(_ text: String) -> Bool {
        (1...maximumTextBytes).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy { scalar in
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator: false
                default: true
                }
            }
    }
}

/// Whom a code may be sent to.
struct Recipients: Sendable {
    private let domains: Set<EmailDomain>
    private let addresses: Set<EmailAddress>

    init(_ texts: [String]) {
        domains = Set(texts.compactMap { EmailDomain($0) })
        addresses = Set(texts.compactMap { EmailAddress($0)?.folded })
    }

    /// Whether a folded address is one of them; a domain does not stand for those below it.
    func admit(_ address: EmailAddress) -> Bool {
        domains.contains(address.domain) || addresses.contains(address)
    }
}

extension EmailAddress {
    /// The address in lower case: who it is, where the code goes and what JSM sees are one text.
    ///
    /// Were only the key folded, a server that tells cases apart would let two mailboxes be one person.
    var folded: EmailAddress? { EmailAddress(description.lowercased()) }
}
