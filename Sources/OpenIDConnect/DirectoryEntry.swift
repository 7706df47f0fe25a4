package import Broker

/// What a vendor's directory says about one person, in the broker's words.
package enum DirectoryEntry {
    /// A person; an address that is none is left out, for it says nothing about who the person is.
    package static func person(
        _ subject: SubjectKey, _ status: DirectoryStatus, address: String?,
        evidence: (EmailAddress) -> Email.Evidence, name: String?
    ) -> DirectoryPerson {
        let email = address.flatMap { EmailAddress($0) }.map { Email($0, evidence: evidence($0)) }
        let name = name.flatMap { $0.isEmpty ? nil : String($0.prefix(200)) }
        let claims = [("email", address), ("name", name)].compactMap { key, value in
            value.map { Claim(key, values: [$0], from: .api) }
        }
        return DirectoryPerson(subject: subject, status: status, email: email, displayName: name, claims: claims)
    }

    /// A vendor's id of a person: text as a subject has it, bounded.
    package static func identifier(_ text: String?, _ name: String) throws(LoginError) -> String {
        guard let text, text.utf8.count <= 255, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), !text.isEmpty
        else { throw LoginError(.upstreamInvalid, detail: "\(name): a person without a well-formed id") }
        return text
    }

    /// A failed look-up of groups: what is away has to be asked again; what is refused stays unknown.
    package static func unknownGroups(_ problem: LoginError?) throws(LoginError) {
        if let problem, problem.code == .upstreamUnavailable { throw problem }
    }
}
