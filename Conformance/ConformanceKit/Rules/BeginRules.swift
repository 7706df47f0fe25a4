import Broker
import Foundation

extension ProviderRule {
    /// How a login begins.
    public static let beginRules: [ProviderRule] = [
        ProviderRule(
            "begin.state", "the engine's state goes to the IdP, and only it",
            clause: "RFC 6749 10.12; SAML Bindings 3.4.3",
            fix: "send LoginRequest.secrets.state as state or RelayState", notApplicable: asks
        ) { row in
            let (begun, _) = try await begun(row)
            let sent = try await parameters(begun.step.action)
            let state = sent["state"] ?? sent["RelayState"]
            try require(state == begun.secrets.state, "state is \(state ?? "absent"), not the engine's")
        },
        ProviderRule(
            "begin.fresh", "two logins differ in everything that must be unguessable", clause: "RFC 9700 section 2.1.1",
            fix: "use the secrets of the request, keep none", notApplicable: asks
        ) { row in
            let driver = try LoginDriver(row)
            let (one, two) = (try await driver.begin(), try await driver.begin())
            let (left, right) = (try await parameters(one.step.action), try await parameters(two.step.action))
            for name in ["state", "RelayState", "nonce", "code_challenge", "SAMLRequest"] where left[name] != nil {
                try require(left[name] != right[name], "\(name) is the same in two logins")
            }
        },
        ProviderRule(
            "begin.nonce", "the nonce is the engine's", clause: "OpenID Connect Core 3.1.2.1, nonce",
            fix: "send LoginRequest.secrets.nonce", notApplicable: { only([.openIDConnect], $0) }
        ) { row in
            let (begun, _) = try await begun(row)
            let nonce = try await parameters(begun.step.action)["nonce"]
            try require(nonce == begun.secrets.nonce, "nonce is \(nonce ?? "absent")")
        },
        ProviderRule(
            "begin.pkce", "the code is bound to this login by PKCE with S256", clause: "RFC 7636 4.3; RFC 9700 2.1.1",
            fix: "send the SHA-256 of LoginRequest.secrets.codeVerifier, base64url without padding",
            notApplicable: { only([.openIDConnect, .oauth2], $0) }
        ) { row in
            let (begun, _) = try await begun(row)
            let sent = try await parameters(begun.step.action)
            try require(
                sent["code_challenge_method"] == "S256", "the method is \(sent["code_challenge_method"] ?? "absent")")
            let challenge = Proof.challenge(of: begun.secrets.codeVerifier)
            try require(sent["code_challenge"] == challenge, "the challenge is not of the engine's verifier")
        },
        ProviderRule(
            "begin.callback", "the callback is exactly the connection's", clause: "RFC 9700 section 2.1",
            fix: "send LoginRequest.callbackURL octet for octet",
            notApplicable: { only([.openIDConnect, .oauth2], $0) }
        ) { row in
            let (begun, driver) = try await begun(row)
            let sent = try await parameters(begun.step.action)["redirect_uri"]
            try require(sent == driver.bench.callbackURL.absoluteString, "redirect_uri is \(sent ?? "absent")")
        },
        ProviderRule(
            "begin.code-flow", "no token comes through the browser", clause: "RFC 9700 section 2.1.2",
            fix: "ask for response_type=code", notApplicable: { only([.openIDConnect, .oauth2], $0) }
        ) { row in
            let (begun, _) = try await begun(row)
            let type = try await parameters(begun.step.action)["response_type"]
            try require(type == "code", "response_type is \(type ?? "absent")")
        },
        ProviderRule(
            "begin.secrets", "no secret stands in the address, the form, the kept state or the log",
            clause: "RFC 6819 section 4.4.1; SPI, LoginState",
            fix: "keep the verifier and the client secret out of what leaves"
        ) { row in
            let (begun, driver) = try await begun(row)
            var places = [("the log", driver.bench.log.text)]
            places.append(("the kept state", String(decoding: begun.step.state.bytes, as: UTF8.self)))
            switch begun.step.action {
            case .redirect(let url): places.append(("the address", url.absoluteString))
            case .formPost(let url, let fields):
                places.append(("the form", url.absoluteString + fields.map { "\($0.name)=\($0.value)" }.joined()))
            case .ask(let fields): places.append(("the page", "\(fields)"))
            }
            let secrets = driver.bench.secretValues + [begun.secrets.codeVerifier]
            for (place, text) in places {
                let texts = [text, text.removingPercentEncoding ?? ""]
                for secret in secrets where !secret.isEmpty {
                    let forms = [secret, Data(secret.utf8).base64EncodedString()]
                    let isFound = texts.contains { text in forms.contains { text.contains($0) } }
                    try require(!isFound, "a secret stands in \(place)")
                }
            }
        },
        ProviderRule(
            "begin.state-size", "what the module keeps fits", clause: "SPI, LoginState.maximumBytes",
            fix: "keep less, or keep it in ConnectionMemory"
        ) { row in
            let count = try await begun(row).0.step.state.bytes.count
            try require(count <= LoginState.maximumBytes, "\(count) octets are kept")
        },
        ProviderRule(
            "begin.down", "while the IdP is down a login begins or is refused as upstream_unavailable",
            clause: "SPI, LoginError.Code", fix: "map every TransportError to upstreamUnavailable"
        ) { row in
            let driver = try LoginDriver(row)
            driver.bench.transport.isDown = true
            driver.bench.mailbox.fail(.unavailable)
            do throws(LoginError) {
                _ = try await driver.begin()
            } catch {
                try require(error.code == .upstreamUnavailable, "the code is \(error.code)")
            }
        },
    ]

    static func begun(_ row: ProviderUnderTest) async throws(KitFailure) -> (LoginDriver.Begun, LoginDriver) {
        let driver = try LoginDriver(row)
        do throws(LoginError) {
            return (try await driver.begin(), driver)
        } catch {
            throw KitFailure("a login does not begin: \(error.code.rawValue): \(error.detail)")
        }
    }

    static func parameters(_ action: LoginStep.Action) async throws(KitFailure) -> [String: String] {
        switch action {
        case .ask: throw KitFailure("the login asks, it sends nowhere")
        case .formPost(_, let fields):
            return Dictionary(fields.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        case .redirect(let url):
            do throws(LoginError) {
                let read = try CallbackParameters(formEncoded: Data((url.query() ?? "").utf8))
                return Dictionary(uniqueKeysWithValues: read.names.map { ($0, read[$0] ?? "") })
            } catch {
                throw KitFailure("the address cannot be read: \(error.detail)")
            }
        }
    }

    static let asks: @Sendable (ProviderUnderTest) -> String? = { row in
        row.family == .other ? "nobody is sent anywhere" : nil
    }

    static func only(_ families: Set<ProviderUnderTest.Family>, _ row: ProviderUnderTest) -> String? {
        families.contains(row.family) ? nil : "the row speaks \(row.family.rawValue)"
    }
}
