import SAML

/// Never another person than a signed one.
package struct Oracle: Sendable {
    /// What became of an input.
    package enum Verdict: Sendable, Hashable {
        /// It signs in the person whom the IdP signed.
        case accepted
        /// By this rule.
        case refused(String)
        /// It signs in somebody else: a defect.
        case forged(String)
    }

    private let connection: Acme
    private let signed: Set<SignedPerson>

    /// An oracle that knows what the IdP has signed.
    ///
    /// - Parameters:
    ///   - connection: Reads.
    ///   - signed: Everything that good messages say.
    package init(_ connection: Acme, signed: Set<SignedPerson>) throws {
        guard !signed.isEmpty, signed.allSatisfy(\.isAlice) else { throw Unfit("the good messages are not alice's") }
        self.connection = connection
        self.signed = signed
    }

    /// Judges an input.
    package func judge(_ octets: [UInt8]) -> Verdict {
        do throws(SAMLError) {
            let person = try connection.person(in: octets)
            return signed.contains(person) ? .accepted : .forged("\(person)")
        } catch {
            return .refused(error.rule)
        }
    }
}

extension OwnDev {
    /// What the IdP has signed for us, as the messages have it: read by a lenient connection, so that what is signed with
    /// a weak algorithm is among it.
    package func signedPersons() throws -> Set<SignedPerson> {
        let connection = try Acme(self, policy: Acme.lenient)
        let persons = try responses.compactMap { try? connection.person(in: octets($0.file)) }
        return Set(persons.filter(\.isAlice))
    }

    /// The Responses for us, without those that truly sign in somebody else: they are refused later, by the address.
    package var responses: [Case] {
        get throws {
            let connection = try Acme(self, policy: Acme.lenient)
            return cases.filter { item in
                guard item.kind == "response", item.acs == "acme" else { return false }
                let person = try? connection.person(in: octets(item.file))
                return person?.isAlice ?? true
            }
        }
    }
}
