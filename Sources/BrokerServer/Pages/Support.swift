/// Whom to ask: an organization's or a site's support contact.
package struct Support: Sendable, Hashable {
    /// Who answers, such as "Acme IT".
    let name: String?
    /// The contact as an administrator wrote it: an e-mail address, a web address, a phone number, a sentence.
    let contact: String
    /// Where a click goes; nil when the contact is only text.
    let link: String?

    package init(name: String? = nil, contact: String) {
        self.name = name
        self.contact = contact
        link = Self.mailLink(contact) ?? Self.webLink(contact)
    }

    private static func webLink(_ contact: String) -> String? {
        contact.hasPrefix("https://") ? PageURL(contact)?.description : nil
    }

    /// Only a bare address becomes `mailto:`; anything that could add header fields to the mail stays text.
    private static func mailLink(_ contact: String) -> String? {
        let parts = contact.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(isAddressByte) }) else {
            return nil
        }
        return "mailto:\(contact)"
    }

    private static func isAddressByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
            UInt8(ascii: "+"):
            true
        default: false
        }
    }
}
