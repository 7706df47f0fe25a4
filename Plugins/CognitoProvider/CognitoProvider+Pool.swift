import Broker
import Foundation
import OIDCProvider

extension CognitoProvider.Settings {
    /// Where the pool publishes its metadata and keys.
    var poolOrigin: String { "https://cognito-idp.\(region).amazonaws.com" }

    /// Region and pool both stand in the issuer; every pool has its own.
    var issuer: String { "\(poolOrigin)/\(userPoolID)" }

    /// The host of the pool's domain.
    var domainHost: String? {
        domain.map { $0.contains(".") ? $0.lowercased() : "\($0.lowercased()).auth.\(region).amazoncognito.com" }
    }

    /// Whether people are signed out at the pool: its domain is known, or a page that it sends them back to.
    var signsOut: Bool { domain != nil || logoutURI != nil }

    /// The settings of the connection below.
    ///
    /// Cognito signs with RS256 and nothing else.
    var openID: OIDCProvider.Settings {
        var settings = OIDCProvider.Settings(issuer: issuer, clientID: clientID, clientSecret: clientSecret)
        settings.tokenEndpointAuthMethod = clientSecret == nil ? .none : .basic
        settings.signingAlgorithms = ["RS256"]
        settings.scopes = scopes
        settings.authorizationParameters = identityProvider.map { ["identity_provider": $0] } ?? [:]
        return settings
    }

    /// What the form cannot see.
    var problems: [SettingsError.Problem] {
        [regionProblem, poolProblem, domainProblem, logoutProblem, endpointProblem].compactMap { $0 }
    }

    /// The region becomes part of a host name.
    private var regionProblem: SettingsError.Problem? {
        guard region.wholeMatch(of: /[a-z]{2}(-[a-z]+){1,3}-[0-9]{1,2}/) == nil else { return nil }
        return .init(path: ["region"], text: "must be an AWS region such as eu-central-1")
    }

    private var poolProblem: SettingsError.Problem? {
        let name = userPoolID.hasPrefix("\(region)_") ? userPoolID.dropFirst(region.count + 1) : ""
        guard name.wholeMatch(of: /[0-9A-Za-z]{1,55}/) == nil else { return nil }
        return .init(path: ["userPoolID"], text: "must be the region, an underscore, and letters and digits")
    }

    private var domainProblem: SettingsError.Problem? {
        guard let domain, domain.wholeMatch(of: /[0-9A-Za-z]([-.]?[0-9A-Za-z])*/) == nil || domain.utf8.count > 253
        else { return nil }
        return .init(
            path: ["domain"], text: "must be the domain's prefix or a host name, without https:// and without a path")
    }

    private var logoutProblem: SettingsError.Problem? {
        guard logoutURI != nil, domain == nil, endpoint == nil else { return nil }
        return .init(path: ["domain"], text: "is required with logoutURI, for the sign-out is at the pool's domain")
    }

    /// Whoever answers there decides who signs in; nobody but this machine may.
    private var endpointProblem: SettingsError.Problem? {
        guard let endpoint else { return nil }
        guard let url = URL(string: endpoint), let host = url.host(), LoopbackHost.matches(host),
            url.scheme == "http" || url.scheme == "https", ["", "/"].contains(url.path()), url.query() == nil,
            url.fragment() == nil, url.user() == nil
        else { return .init(path: ["endpoint"], text: "must be an address of this machine, without a path") }
        return nil
    }
}
