public import Broker
import Foundation
import SAML
import XMLSecurity

extension SAMLProvider {
    /// What an operator configures for one SAML IdP.
    public struct Settings: Codable, Sendable, Hashable {
        /// Where the IdP's keys and endpoints come from.
        public enum Trust: String, Codable, Sendable, CaseIterable {
            /// From this configuration.
            case manual
            /// From an address that TLS vouches for; it may replace keys.
            case tls
            /// From an address, signed by a key that is pinned here.
            case pinnedSignature = "pinned-signature"
        }

        /// A binding that a message is sent by.
        public enum Binding: String, Codable, Sendable, CaseIterable {
            /// HTTP-Redirect.
            case redirect
            /// HTTP-POST.
            case post
        }

        /// What must be signed.
        public enum Requirement: String, Codable, Sendable, CaseIterable {
            /// The Response or the assertion.
            case either
            /// The Response.
            case response
            /// The assertion.
            case assertion
            /// Both.
            case both
        }

        /// Where the person's key comes from.
        public enum Subject: String, Codable, Sendable, CaseIterable {
            /// The NameID.
            case nameID
            /// An attribute.
            case attribute
        }

        /// What speaks for an e-mail address.
        public enum EmailEvidence: String, Codable, Sendable, CaseIterable {
            /// The IdP's operator alone decides who has an address of the domain.
            case tenantOwnsDomain
            /// Nothing.
            case none
        }

        /// What happens with a login that the IdP starts.
        public enum IdPInitiated: String, Codable, Sendable, CaseIterable {
            /// It is refused.
            case off
            /// It is dropped, and an ordinary login is started.
            case restart
            /// It is checked, and the person is asked before anything is opened.
            case accept
        }

        /// Names of attributes.
        public struct AttributeNames: Codable, Sendable, Hashable {
            /// The e-mail address; common names and the NameID unless said.
            public var email: String?
            /// The name to greet with; common names unless said.
            public var name: String?
            /// Group memberships; not read unless said.
            public var groups: String?

            /// Names of attributes; nil means the usual ones.
            public init(email: String? = nil, name: String? = nil, groups: String? = nil) {
                self.email = email
                self.name = name
                self.groups = groups
            }
        }

        /// Dates until which something weak is taken.
        public struct Exceptions: Codable, Sendable, Hashable {
            /// SHA-1 signatures and digests, until the end of this day (UTC, `YYYY-MM-DD`).
            public var sha1: String?
            /// AES-CBC inside a signed Response, until the end of this day.
            public var aesCBC: String?
            /// AES-CBC around a signed assertion, in a Response that nobody signed, until the end of this day.
            public var aesCBCUnsigned: String?
            /// RSAES-PKCS1-v1_5 inside a signed Response, until the end of this day.
            public var rsa15: String?

            /// No exceptions but these.
            public init(
                sha1: String? = nil, aesCBC: String? = nil, aesCBCUnsigned: String? = nil, rsa15: String? = nil
            ) {
                self.sha1 = sha1
                self.aesCBC = aesCBC
                self.aesCBCUnsigned = aesCBCUnsigned
                self.rsa15 = rsa15
            }
        }

        /// The IdP's entityID, octet for octet.
        public var entityID: String
        /// Where its keys and endpoints come from.
        public var trust = Trust.manual
        /// Its metadata as text.
        public var metadata: String?
        /// Its metadata in a file.
        public var metadataFile: SecretReference?
        /// Where its metadata is fetched.
        public var metadataURL: String?
        /// The certificate whose key signs the metadata, as PEM.
        public var metadataCertificate: String?
        /// Where AuthnRequests go, where there is no metadata.
        public var ssoURL: String?
        /// By which binding it takes them.
        public var ssoBinding = Binding.redirect
        /// Where logout messages go, where there is no metadata.
        public var sloURL: String?
        /// By which binding it takes them.
        public var sloBinding = Binding.redirect
        /// Certificates whose keys sign, as PEM, where there is no metadata.
        public var signingCertificates: [String] = []
        /// Our entityID; the address of our metadata unless said.
        public var spEntityID: String?
        /// By which binding AuthnRequests are sent.
        public var requestBinding = Binding.redirect
        /// Whether AuthnRequests are signed.
        public var signRequests = true
        /// Whether the IdP must ask the person to sign in again at every login.
        public var forceAuthn = false
        /// Authentication context classes, one of which the sign-in must have.
        public var authnContext: [String] = []
        /// The NameID format to ask for.
        public var nameIDFormat: String?
        /// What must be signed.
        public var require = Requirement.either
        /// Where the person's key comes from.
        public var subject = Subject.nameID
        /// The attribute that is the person's key.
        public var subjectAttribute: String?
        /// Names of attributes.
        public var attributes = AttributeNames()
        /// The NameFormat that the named attributes must have; any unless said.
        public var attributeNameFormat: String?
        /// What speaks for an e-mail address.
        public var emailEvidence = EmailEvidence.tenantOwnsDomain
        /// What happens with a login that the IdP starts.
        public var idpInitiated = IdPInitiated.off
        /// Dates until which something weak is taken.
        public var exceptions = Exceptions()

        /// Settings with the standard values for all but the entityID.
        public init(entityID: String) { self.entityID = entityID }

        /// Reads settings; a key that is absent means its standard value.
        public init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            func value<Value: Decodable>(_ key: CodingKeys, _ standard: Value) throws -> Value {
                try values.decodeIfPresent(Value.self, forKey: key) ?? standard
            }
            self.init(entityID: try values.decode(String.self, forKey: .entityID))
            trust = try value(.trust, trust)
            metadata = try value(.metadata, metadata)
            metadataFile = try value(.metadataFile, metadataFile)
            metadataURL = try value(.metadataURL, metadataURL)
            metadataCertificate = try value(.metadataCertificate, metadataCertificate)
            ssoURL = try value(.ssoURL, ssoURL)
            ssoBinding = try value(.ssoBinding, ssoBinding)
            sloURL = try value(.sloURL, sloURL)
            sloBinding = try value(.sloBinding, sloBinding)
            signingCertificates = try value(.signingCertificates, signingCertificates)
            spEntityID = try value(.spEntityID, spEntityID)
            requestBinding = try value(.requestBinding, requestBinding)
            signRequests = try value(.signRequests, signRequests)
            forceAuthn = try value(.forceAuthn, forceAuthn)
            authnContext = try value(.authnContext, authnContext)
            nameIDFormat = try value(.nameIDFormat, nameIDFormat)
            require = try value(.require, require)
            subject = try value(.subject, subject)
            subjectAttribute = try value(.subjectAttribute, subjectAttribute)
            attributes = try value(.attributes, attributes)
            attributeNameFormat = try value(.attributeNameFormat, attributeNameFormat)
            emailEvidence = try value(.emailEvidence, emailEvidence)
            idpInitiated = try value(.idpInitiated, idpInitiated)
            exceptions = try value(.exceptions, exceptions)
        }
    }
}
