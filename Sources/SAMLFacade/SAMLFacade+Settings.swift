import Foundation
package import SAML

extension SAMLFacade {
    /// What an operator configures for one site's JSM as an SP.
    package struct Settings: Codable, Sendable, Hashable {
        /// A binding that a message is sent by.
        package enum Binding: String, Codable, Sendable, CaseIterable {
            /// HTTP-Redirect.
            case redirect
            /// HTTP-POST.
            case post
        }

        /// What a NameID calls itself.
        package enum NameIDFormat: String, Codable, Sendable, CaseIterable {
            /// An e-mail address, which it always is.
            case emailAddress
            /// Nothing.
            case unspecified
            /// A name that stays, which it does too.
            case persistent

            /// Its URI.
            package var uri: String {
                switch self {
                case .emailAddress: SAMLURI.emailFormat
                case .unspecified: SAMLURI.unspecifiedFormat
                case .persistent: SAMLURI.persistentFormat
                }
            }
        }

        /// Telling groups.
        package struct Groups: Codable, Sendable, Hashable {
            /// The attribute.
            package var name: String
            /// What stands before each group's name.
            package var prefix: String

            /// Groups in an attribute.
            package init(name: String, prefix: String) {
                self.name = name
                self.prefix = prefix
            }
        }

        /// The SP's entityID; nil until JSM shows it.
        package var entityID: String?
        /// Where Responses are posted; nil until JSM shows it.
        package var acsURL: String?
        /// Where logout messages go; nil where JSM takes none.
        package var logoutURL: String?
        /// By which binding it takes them.
        package var logoutBinding = Binding.redirect
        /// Certificates whose keys sign the SP's messages, as PEM.
        package var certificates: [String] = []
        /// Whether an AuthnRequest must be signed.
        package var requireSignedRequests = false
        /// What is signed of a Response.
        package var sign = ResponseWriter.Signing.both
        /// The certificate whose key assertions are encrypted to, as PEM.
        package var encryptTo: String?
        /// What the NameID calls itself.
        package var nameIDFormat = NameIDFormat.emailAddress
        /// How groups are told; nil tells none.
        package var sendGroups: Groups?
        /// Further attributes: name and template.
        package var attributes: [String: String] = [:]

        /// Settings with the standard values.
        package init() {}

        /// Reads settings; a key that is absent means its standard value.
        package init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            func value<Value: Decodable>(_ key: CodingKeys, _ standard: Value) throws -> Value {
                try values.decodeIfPresent(Value.self, forKey: key) ?? standard
            }
            entityID = try value(.entityID, entityID)
            acsURL = try value(.acsURL, acsURL)
            logoutURL = try value(.logoutURL, logoutURL)
            logoutBinding = try value(.logoutBinding, logoutBinding)
            certificates = try value(.certificates, certificates)
            requireSignedRequests = try value(.requireSignedRequests, requireSignedRequests)
            sign = try value(.sign, sign)
            encryptTo = try value(.encryptTo, encryptTo)
            nameIDFormat = try value(.nameIDFormat, nameIDFormat)
            sendGroups = try value(.sendGroups, sendGroups)
            attributes = try value(.attributes, attributes)
        }
    }
}
