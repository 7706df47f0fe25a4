// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerModel
import Foundation
import SAML
import XMLSecurity

/// A SAML SP as JSM is one, strict as our own side is.
struct TestServiceProvider: Sendable {
    static let entityID = "https://jsm.example/saml"
    static let acsURL = "https://jsm.example/saml/acs"
    static let logoutURL = "https://jsm.example/saml/logout"
    static let cloudEntityID = "https://auth.atlassian.example/saml/1"
    static let cloudACS = "https://auth.atlassian.example/login/callback"

    static func settings(certificate: String, encryptTo: String? = nil) -> SettingsValue {
        var settings: [String: SettingsValue] = [
            "entityID": .string(entityID), "acsURL": .string(acsURL), "logoutURL": .string(logoutURL),
            "logoutBinding": .string("post"), "certificates": .array([.string(certificate)]),
            "requireSignedRequests": .bool(true),
        ]
        settings["encryptTo"] = encryptTo.map { .string($0) }
        return .object(settings)
    }

    /// As an Atlassian administrator begins: the ACS is not known yet.
    static let cloudSettings = SettingsValue.object(["entityID": .string(cloudEntityID)])
    /// And how the administrator completes it.
    static let completeCloudSettings = SettingsValue.object([
        "entityID": .string(cloudEntityID), "acsURL": .string(cloudACS),
    ])

    let world: World
    let site: SiteID
    let key: PrivateKey
    var entityID = Self.entityID
    var acsURL = Self.acsURL

    var root: String { "\(world.broker.origin)/vestibule/saml/\(site)" }
    var idpEntityID: String { "\(root)/metadata" }

    /// What an AuthnRequest may differ in.
    struct Wish: Sendable {
        var id = "_" + UUID().uuidString
        /// The provider's own unless said.
        var issuer: String?
        /// The provider's own unless said; an empty one is not sent.
        var acsURL: String?
        var destination: String?
        var forceAuthn = false
        var isPassive = false
        var nameIDFormat: String?
        var contextClasses: [String] = []
        var relayState: String? = "relay-1"
        var age = Duration.zero
        var isSigned = true
        var binding = IdentityProviderDescription.Binding.redirect
    }

    // MARK: Asking

    func delivery(_ wish: Wish, signer: PrivateKey? = nil) throws -> MessageDelivery {
        let destination = "\(root)/sso"
        let request = AuthnRequest(
            id: wish.id, issueInstant: world.broker.clock.now - wish.age,
            destination: wish.destination ?? destination, acsURL: wish.acsURL == "" ? nil : wish.acsURL ?? acsURL,
            issuer: wish.issuer ?? entityID,
            forceAuthn: wish.forceAuthn, isPassive: wish.isPassive, nameIDFormat: wish.nameIDFormat,
            contextClasses: wish.contextClasses)
        return try request.message(relayState: wish.relayState.map { try RelayState($0) })
            .delivery(
                by: wish.binding, to: destination,
                signedBy: wish.isSigned ? MessageSigner(key: signer ?? key) : nil)
    }

    /// Sends a request and follows it to where the browser leaves us.
    func ask(_ browser: Browser, _ wish: Wish = Wish(), signer: PrivateKey? = nil) async throws -> Page {
        try await follow(delivery(wish, signer: signer), browser)
    }

    func follow(_ delivery: MessageDelivery, _ browser: Browser) async throws -> Page {
        let first: Page
        switch delivery {
        case .redirect(let url): first = try await browser.open(url.absoluteString)
        case .formPost(let url, let fields):
            first = try await browser.post(url.absoluteString, form: fields.map { ($0.name, $0.value) })
        }
        let pages = try await browser.follow(first) {
            ["portal.localhost", "idp.localhost"].contains($0.host() ?? "")
        }
        pages.forEach { world.seen.add($0) }
        return pages[pages.count - 1]
    }

    // MARK: The answer

    /// A Response at the ACS, read by every rule that we have for an IdP's.
    struct Answer: Sendable {
        var xml: String
        var content: AssertionContent
        var relayState: String?
    }

    func form(_ page: Page) throws -> HTMLForm {
        let form = try unwrap(
            HTMLForm(page), "no form: \(page.status) \(page.url.path()) \(page.errorCode ?? "")")
        try require(form.action.absoluteString == acsURL, "posts to \(form.action.host() ?? "-")")
        return form
    }

    func answer(_ page: Page, to wish: Wish) async throws -> Answer {
        let form = try form(page)
        let octets = try Base64.decode(Array(try unwrap(form["SAMLResponse"], "no SAMLResponse").utf8))
        world.seen.add(secret: form["SAMLResponse"])
        let expected = ResponseExpectations(
            idpEntityID: idpEntityID, spEntityID: entityID, acsURL: acsURL, requestID: wish.id,
            now: world.broker.clock.now)
        let reader = ResponseReader(
            keys: try await keys(), decryptionKeys: [key],
            policy: ResponsePolicy(requires: .both, signature: .standard, encryption: .standard))
        guard case .verified(let message) = try reader.read(octets) else { throw Unmet("the status is no success") }
        try ResponseCheck.run(on: message, expecting: expected)
        return Answer(
            xml: String(decoding: octets, as: UTF8.self),
            content: try AssertionContent(message, skew: expected.skew), relayState: form["RelayState"])
    }

    /// The status of a Response that names nobody.
    func status(_ page: Page) throws -> String {
        let octets = try Base64.decode(Array(try unwrap(form(page)["SAMLResponse"], "no SAMLResponse").utf8))
        let text = String(decoding: octets, as: UTF8.self)
        try require(!text.contains("Assertion "), "an assertion")
        return text.matches(of: /StatusCode Value="[^"]*:([A-Za-z]+)"/).map { String($0.output.1) }
            .joined(separator: "/")
    }

    /// The signing keys of our metadata.
    func keys() async throws -> [PublicKey] {
        let page = try await world.browser().open(idpEntityID, accept: "application/samlmetadata+xml")
        try require(page.status == 200, "metadata: \(page.status)")
        return try page.body.matches(of: /X509Certificate>([^<]+)</).map { match in
            let der = try unwrap(
                Data(base64Encoded: String(match.output.1), options: .ignoreUnknownCharacters), "no certificate")
            return try Certificate(der: Array(der)).key
        }
    }
}
