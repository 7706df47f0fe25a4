import Broker
import Foundation
import OpenIDConnect

extension OIDCProvider.Settings {
    /// Settings in which the profile's words stand, and what of the profile is needed at a login.
    struct Resolution {
        var settings: OIDCProvider.Settings
        var discovery: URL?
        var profile: ResolvedProfile?
    }

    /// Fills in what the profile says.
    func resolved() throws(SettingsError) -> Resolution {
        guard let profile else {
            guard variables.isEmpty else {
                throw SettingsError(at: ["variables"], "belong to a profile, and there is none")
            }
            guard !issuer.isEmpty else {
                throw SettingsError(at: ["issuer"], "is required (Issuer) unless a profile builds it")
            }
            return Resolution(settings: self)
        }
        // A document that is not sound is not read further: nothing is built from its templates.
        let unsound = profile.problems
        guard unsound.isEmpty else {
            throw SettingsError(unsound.map { .init(path: ["profile"] + $0.path, text: $0.text) })
        }
        let problems = variableProblems(profile) + conflicts(profile)
        guard problems.isEmpty else { throw SettingsError(problems) }
        return try filled(profile)
    }

    // MARK: Variables

    private func variableProblems(_ profile: OIDCProvider.Profile) -> [SettingsError.Problem] {
        let known = profile.variables ?? [:]
        let unknown = variables.keys.filter { known[$0] == nil }.sorted().map { name in
            SettingsError.Problem(
                path: ["variables", name],
                text: "is not a variable of \(profile.name); known: \(known.keys.sorted().joined(separator: ", "))")
        }
        return unknown
            + known.sorted { $0.key < $1.key }.compactMap { name, variable in
                guard let value = variables[name] else {
                    return variable.optional == true || variable.standard != nil
                        ? nil : .init(path: ["variables", name], text: "is required: \(variable.help)")
                }
                return variable.accepts(value)
                    ? nil : .init(path: ["variables", name], text: "must be \(variable.text)")
            }
    }

    // MARK: What the operator says beside the profile

    /// What the profile decides cannot be said again with another meaning; what it leaves open is the operator's.
    private func conflicts(_ profile: OIDCProvider.Profile) -> [SettingsError.Problem] {
        let standard = OIDCProvider.Settings(issuer: "", clientID: "", clientSecret: nil)
        let text = "is what the profile \(profile.name) decides"
        var problems: [SettingsError.Problem] = []
        if !issuer.isEmpty, issuer != profile.issuer(with: variables) {
            problems.append(.init(path: ["issuer"], text: text))
        }
        if let mode = profile.responseMode, responseMode != standard.responseMode, responseMode != mode {
            problems.append(.init(path: ["responseMode"], text: text))
        }
        if let use = profile.userInfo, userInfo != standard.userInfo, userInfo != use {
            problems.append(.init(path: ["userInfo"], text: text))
        }
        if let method = profile.logout?.method, endSession != standard.endSession, endSession != method {
            problems.append(.init(path: ["endSession"], text: text))
        }
        if profile.claims != nil, claims != standard.claims { problems.append(.init(path: ["claims"], text: text)) }
        for name in authorizationParameters.keys.sorted() where profile.authorizationParameters?[name] != nil {
            problems.append(.init(path: ["authorizationParameters", name], text: text))
        }
        for (index, scope) in scopes.enumerated() where profile.refusedScopes?.contains(scope) == true {
            problems.append(.init(path: ["scopes", String(index)], text: "is refused by \(profile.title)"))
        }
        if let admitted = profile.emailEvidence, !admitted.contains(emailEvidence) {
            let words = admitted.map(\.rawValue).joined(separator: " or ")
            problems.append(
                .init(path: ["emailEvidence"], text: "must be chosen for \(profile.title): \(words)"))
        }
        if algorithms(profile).isEmpty {
            problems.append(.init(path: ["signingAlgorithms"], text: "are none that \(profile.title) signs with"))
        }
        if let methods = profile.tokenEndpointAuthMethods, !methods.contains(tokenEndpointAuthMethod) {
            let words = methods.map(\.rawValue).joined(separator: ", ")
            problems.append(
                .init(
                    path: ["tokenEndpointAuthMethod"], text: "is not taken by \(profile.title), which takes: \(words)"))
        }
        return problems
    }

    /// The operator can narrow the profile's algorithms, and neither can widen the other's.
    private func algorithms(_ profile: OIDCProvider.Profile) -> [String] {
        let standard = OIDCProvider.Settings(issuer: "", clientID: "", clientSecret: nil).signingAlgorithms
        guard let named = profile.signingAlgorithms else { return signingAlgorithms }
        return signingAlgorithms == standard ? named : signingAlgorithms.filter(named.contains)
    }

    // MARK: Filling in

    private func filled(_ profile: OIDCProvider.Profile) throws(SettingsError) -> Resolution {
        let values = profile.values(with: variables)
        func text(_ template: String?) -> String? { template.flatMap { ProfileTemplate($0)?.filled(with: values) } }
        var settings = self
        settings.issuer = profile.issuer(with: variables) ?? ""
        settings.scopes = (profile.scopes ?? scopes).appending(scopes.isStandard ? [] : scopes)
        settings.authorizationParameters = (profile.authorizationParameters ?? [:]).compactMapValues { text($0) }
            .merging(authorizationParameters) { first, _ in first }
        settings.responseMode = profile.responseMode ?? responseMode
        settings.userInfo = profile.userInfo ?? userInfo
        settings.endSession = profile.logout?.method ?? endSession
        settings.signingAlgorithms = algorithms(profile)
        if let names = profile.claims {
            settings.claims = ClaimNames(
                email: text(names.email), emailVerified: text(names.emailVerified), name: text(names.name),
                groups: text(names.groups))
        }
        if profile.claims != nil, let email = settings.claims.email, OIDCProvider.Profile.isSignInName(email) {
            throw SettingsError(at: ["profile", "claims", "email"], OIDCProvider.Profile.signInNameText)
        }
        let discovery = text(profile.discovery)
        guard discovery == nil || discovery.flatMap({ Discovery.endpoint($0) }) != nil else {
            throw SettingsError(at: ["profile", "discovery"], "is no https URL with these variables")
        }
        return Resolution(
            settings: settings, discovery: discovery.flatMap { Discovery.endpoint($0) },
            profile: ResolvedProfile(profile, values: values))
    }
}

extension OIDCProvider.Profile {
    /// What is filled in: the operator's variables over the standard ones.
    func values(with variables: [String: String]) -> [String: String] {
        (self.variables ?? [:]).compactMapValues(\.standard).merging(variables) { $1 }
    }

    /// The issuer that these variables build; nil where one is missing.
    func issuer(with variables: [String: String]) -> String? {
        ProfileTemplate(issuer)?.filled(with: values(with: variables))
    }

    /// What holds where the operator names no method; going without a secret is never the profile's choice.
    var usualAuthMethod: OIDCProvider.Settings.TokenEndpointAuthMethod? {
        tokenEndpointAuthMethods?.first { $0 != .none }
    }
}

extension [String] {
    fileprivate var isStandard: Bool {
        self == OIDCProvider.Settings(issuer: "", clientID: "", clientSecret: nil).scopes
    }

    fileprivate func appending(_ others: [String]) -> [String] { self + others.filter { !contains($0) } }
}
