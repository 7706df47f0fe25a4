// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import MockIdentityProviders

/// The flags of `conformance mocks`.
struct MockOptions: ParsableArguments {
    @Option(help: "Port of the OpenID provider on 127.0.0.1; 0 takes any free one.") var opPort = 0
    @Option(help: "Port of the SAML IdP on 127.0.0.1; 0 takes any free one.") var samlPort = 0
    @Option(help: "Port of the customer portal on 127.0.0.1; 0 takes any free one.") var portalPort = 0
    @Option(help: "Port of the mail server on 127.0.0.1, which keeps what it takes; 0 takes any free one.")
    var smtpPort = 0
    @Option(help: "Port of the page on 127.0.0.1 that shows all mail; 0 takes any free one.") var mailboxPort = 0
    @Option(help: "Host name in the provider's URLs.") var opHost = "idp.localhost"
    @Option(help: "Host name in the portal's URLs.") var portalHost = "jsm.localhost"
    @Option(
        help: ArgumentHelp(
            "The broker's public URL, such as http://portal.localhost:8088/vestibule; may be repeated.",
            discussion: "Every client is registered with the redirect URI URL/cb/CONNECTION of each."))
    var brokerURL: [String] = []
    @Option(help: "Names of the broker's connections, separated by commas.")
    var connections = "acme-staff,acme-contractor,globex-oidc"
    @Option(help: "Names of the broker's connections to the SAML IdP, separated by commas.")
    var samlConnections = "globex-saml"
    @Option(help: "The client id at every tenant.") var clientID = "vestibule"
    @Option(help: "File with the client secret of every client; made with mode 0600 where there is none.")
    var clientSecretFile: String
    @Option(help: "File with the value of X-Mock-Control for /__mock/; made with mode 0600 where there is none.")
    var controlSecretFile: String
    @Option(help: "Certificate chain in PEM for both servers; it must name both hosts.") var tlsCert: String?
    @Option(help: "Key of that certificate in PEM.") var tlsKey: String?
    @Option(help: "Path before every path of the portal, such as /jira.") var contextPath = ""
    @Flag(help: "Start the mocks of vendors too, under the vendors' own hosts.") var vendors = false
    @Option(help: "Port of the vendors' mocks on 127.0.0.1; 0 takes any free one.") var vendorPort = 0
    @Option(help: "File for what the variables in the vendors' sample settings hold; written with mode 0600.")
    var vendorSecretsFile: String?
    @Flag(help: "The portal believes X-Vestibule identity headers.") var trustedHeaders = false
    @Flag(help: "The portal takes requests from nobody but known customers.") var closedForm = false
    @Flag(help: "A login_hint signs in at once, without a page.") var autoLogin = false
    @Flag(help: "The sign-in page offers faults to choose from.") var faults = false

    mutating func validate() throws {
        guard (tlsCert == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-cert and --tls-key belong together")
        }
    }

    /// Every callback that a client may come back to.
    var redirectURIs: [String] {
        // `acme-staff:acme` is read as `acme-staff`: every tenant knows every callback.
        let names = connections.split(separator: ",").map { $0.prefix { $0 != ":" } }
        return brokerURL.flatMap { url in names.map { "\(Self.trimmed(url))/cb/\($0)" } }
    }

    /// The callbacks of a connection that is named like a vendor's profile.
    func vendorCallbacks(_ profile: OPProfile) -> [String] {
        brokerURL.map { "\(Self.trimmed($0))/cb/\(profile.name)" }
    }

    /// The broker's connections as the SAML IdP knows them by configuration, until their metadata is registered.
    var serviceProviders: [ServiceProvider] {
        let names = samlConnections.split(separator: ",")
        return brokerURL.flatMap { url in
            names.map { name in
                let callback = "\(Self.trimmed(url))/cb/\(name)"
                return ServiceProvider(
                    entityID: "\(callback)/metadata", acsURLs: [callback],
                    logout: .init(url: "\(callback)/logout", usesPost: false))
            }
        }
    }

    /// Where the provider may send the browser after a sign-out.
    var postLogoutRedirectURIs: [String] { redirectURIs.map { "\($0)/logout" } }

    private static func trimmed(_ url: String) -> String { url.hasSuffix("/") ? String(url.dropLast()) : url }
}

/// A secret in a file that only its owner reads.
enum SecretFile {
    /// The file's text, or a fresh secret that is kept there.
    static func read(orMake path: String) throws -> String {
        if let text = try? String(contentsOfFile: path, encoding: .utf8) {
            let secret = text.trimmingCharacters(in: .whitespacesAndNewlines)
            guard !secret.isEmpty else { throw ValidationError("\(path) is empty") }
            return secret
        }
        let secret = (0..<4).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
        let isMade = FileManager.default.createFile(
            atPath: path, contents: Data("\(secret)\n".utf8), attributes: [.posixPermissions: 0o600])
        guard isMade else { throw ValidationError("\(path) cannot be written") }
        return secret
    }
}
