package import Broker
import Foundation

extension OIDCProvider.Profile {
    /// The profiles that come with the broker, as documents by their names.
    package static let shipped: [String: SettingsValue] = Dictionary(
        uniqueKeysWithValues: [auth0, oneLogin, jumpCloud, pingOne, adfs].map { ($0.name, $0.document) })

    /// The profile as a document that an operator could have written.
    package var document: SettingsValue {
        let document = (try? JSONEncoder().encode(self)).flatMap {
            try? JSONDecoder().decode(SettingsValue.self, from: $0)
        }
        return document ?? .object([:])
    }

    /// The claim that lists groups, where the vendor leaves its name to the customer.
    static func groupsClaim(help: String, example: String) -> Variable {
        Variable(help: help, example: example, pattern: .claim, optional: true)
    }
}
