import Broker
import BrokerModel
import JOSE

/// The headers that tell the upstream who comes.
///
/// Always the full set, so that a front overwrites each of them.
package enum IdentityHeaders {
    /// The names, in order.
    ///
    /// The signed one is last.
    package static let names = [
        "X-Vestibule-User", "X-Vestibule-Email", "X-Vestibule-Groups", "X-Vestibule-Organization",
        "X-Vestibule-Identity",
    ]

    /// How long the signed header is good.
    static let lifetime = Duration.seconds(60)
    /// How long a verified token's answer is used before the signed header is made anew.
    static let reuse = Duration.seconds(30)

    static func make(
        for customer: Customer, session: Session, site: Site, issuer: String, key: SigningKey, at now: Timestamp
    ) throws -> [(name: String, value: String)] {
        let email = customer.email?.description ?? ""
        let claims: JSONObject = [
            "iss": .string(issuer), "aud": .string(site.origin), "sub": .string(customer.id.rawValue),
            "sid": .string(session.id.rawValue), "iat": .integer(now.seconds),
            "exp": .integer((now + lifetime).seconds), "email": .string(email),
            "org": .string(customer.organization.rawValue), "token_use": "identity",
        ]
        return [
            (names[0], customer.id.rawValue), (names[1], escaped(email)), (names[2], groups(customer.groups.values)),
            (names[3], escaped(customer.organization.rawValue)), (names[4], try key.issue(claims: claims, typ: "JWT")),
        ]
    }

    /// The most octets of the group header; a list beyond it is cut at a whole group and the signed header stays true.
    static let maximumGroupOctets = 4096

    private static func groups(_ values: [String]) -> String {
        var joined = ""
        for value in values {
            let next = escaped(value)
            guard joined.utf8.count + next.utf8.count < maximumGroupOctets else { break }
            joined += joined.isEmpty ? next : ",\(next)"
        }
        return joined
    }

    /// Percent-encodes whatever could end a header, split the list, or not be ASCII (M20, M53).
    static func escaped(_ text: String) -> String {
        let hex = Array("0123456789ABCDEF".utf8)
        var output: [UInt8] = []
        for octet in text.utf8 {
            if (0x21...0x7E).contains(octet), octet != UInt8(ascii: ","), octet != UInt8(ascii: "%"),
                octet != UInt8(ascii: ";"), octet != UInt8(ascii: "\"")
            {
                output.append(octet)
            } else {
                output += [UInt8(ascii: "%"), hex[Int(octet >> 4)], hex[Int(octet & 15)]]
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
