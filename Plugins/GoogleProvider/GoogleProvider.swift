// GoogleProvider is the kind `google`: Google Workspace, and Google accounts of anybody where that is wanted.
//
// - `GoogleProvider`           the connection, and what its authorization request says beyond the protocol
// - `GoogleProvider+Settings`, `+Form`     what an operator configures
// - `GoogleProvider+HostedDomain`          whose account it is, and what that says about its address
// - `GoogleProvider+Groups`, `GroupLookup` groups, which Google has in no token
// - `GoogleProvider+Directory`, `PeopleList`     who is in the Workspace, and who left it
// - `ServiceAccounts`          the tokens of service accounts
// - `GoogleProvider+Lint`      what is wrong before a customer finds it

public import Broker
import Foundation
public import OIDCProvider
import OpenIDConnect

/// A connection to Google.
public struct GoogleProvider: OIDCVendor {
    /// `google`.
    public static let kind: ProviderKind = "google"
    /// The first version.
    public static let settingsVersion = 1

    /// What the operator configured.
    public let settings: Settings
    /// The connection below.
    public let oidc: OIDCProvider
    let hostedDomains: Set<EmailDomain>
    let endpoints: Endpoints
    let accounts: ServiceAccounts
    let context: ProviderContext

    /// Makes a connection; does no I/O.
    public init(id: ConnectionID, settings: Settings, context: ProviderContext) throws(SettingsError) {
        let problems = settings.problems
        guard problems.isEmpty else { throw SettingsError(problems) }
        guard let endpoints = Endpoints(override: settings.endpoint) else {
            throw SettingsError(at: ["endpoint"], "must be a URL on this machine, without a final slash")
        }
        self.settings = settings
        self.endpoints = endpoints
        self.context = context
        accounts = ServiceAccounts(endpoints: endpoints, context: context)
        hostedDomains = Set(settings.hostedDomains.compactMap(EmailDomain.init))
        oidc = try OIDCProvider(id: id, settings: settings.oidc(issuer: endpoints.issuer), context: context)
    }

    /// `hd` steers Google's account chooser and proves nothing; what counts is `hd` in the ID token.
    public func authorizationParameters(for request: LoginRequest) -> [String: String] {
        var parameters: [String: String] = [:]
        parameters["hd"] = requestedDomain
        if settings.offlineAccess { parameters["access_type"] = "offline" }
        if request.requirements.isFresh || request.requirements.maximumAge != nil {
            // Google tells when the person signed in only to whom asks this way.
            parameters["claims"] = #"{"id_token":{"auth_time":{"essential":true}}}"#
        }
        return parameters
    }

    /// One domain by its name, any Workspace as `*`; nil where accounts of no Workspace may come too.
    private var requestedDomain: String? {
        guard !settings.allowConsumerAccounts else { return nil }
        return hostedDomains.count == 1 ? hostedDomains.first?.ascii : "*"
    }
}

/// Where Google listens.
struct Endpoints: Sendable {
    /// The issuer; its short form `accounts.google.com` is of older flows and not taken.
    let issuer: String
    /// Where a service account asks for tokens.
    let token: URL
    /// Admin SDK, `users.list` and, below it, `users.get`.
    let directoryUsers: URL
    /// Admin SDK, `groups.list`.
    let directoryGroups: URL
    /// Cloud Identity, `groups.memberships.searchTransitiveGroups`.
    let transitiveGroups: URL

    private static let usersPath = "/admin/directory/v1/users"
    private static let directoryPath = "/admin/directory/v1/groups"
    private static let transitivePath = "/v1/groups/-/memberships:searchTransitiveGroups"

    /// Google's own; with an override everything is there, and the override is on this machine.
    init?(override: String?) {
        if let override {
            guard let url = URL(string: override), let host = url.host(), LoopbackHost.matches(host),
                url.path().isEmpty,
                url.query() == nil
            else { return nil }
        }
        issuer = override ?? "https://accounts.google.com"
        guard let token = URL(string: (override ?? "https://oauth2.googleapis.com") + "/token"),
            let users = URL(string: (override ?? "https://admin.googleapis.com") + Self.usersPath),
            let groups = URL(string: (override ?? "https://admin.googleapis.com") + Self.directoryPath),
            let transitive = URL(string: (override ?? "https://cloudidentity.googleapis.com") + Self.transitivePath)
        else { return nil }
        self.token = token
        directoryUsers = users
        directoryGroups = groups
        transitiveGroups = transitive
    }
}
