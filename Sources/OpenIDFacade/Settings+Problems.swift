import Broker
import BrokerEngine
import Foundation
import JOSE
import OpenIDConnect

extension OpenIDFacade.Settings {
    /// How the client proves who it is.
    var authentication: ClientAuthenticationMethod { clientAuthentication ?? .basic }

    /// Every problem that the form does not see.
    var problems: [SettingsError.Problem] {
        clientProblems + secretProblems + keyProblems + addressProblems + groupProblems + claimProblems
    }

    private var clientProblems: [SettingsError.Problem] {
        Wire.isVisible(clientID, maximum: 255)
            ? [] : [.init(path: ["clientID"], text: "must be 1 to 255 visible ASCII characters")]
    }

    private var secretProblems: [SettingsError.Problem] {
        var problems: [SettingsError.Problem] = []
        switch (authentication, clientSecret) {
        case (.basic, nil), (.post, nil):
            problems.append(.init(path: ["clientSecret"], text: "is required for \(authentication.rawValue)"))
        case (.privateKeyJWT, .some), (.none, .some):
            problems.append(.init(path: ["clientSecret"], text: "is not used with \(authentication.rawValue)"))
        default: break
        }
        if authentication == .none, requirePKCE == false {
            problems.append(.init(path: ["requirePKCE"], text: "cannot be off for a client without authentication"))
        }
        return problems
    }

    private var keyProblems: [SettingsError.Problem] {
        guard authentication == .privateKeyJWT else {
            return clientJWKS == nil
                ? [] : [.init(path: ["clientJWKS"], text: "is not used with \(authentication.rawValue)")]
        }
        guard let clientJWKS else { return [.init(path: ["clientJWKS"], text: "is required for private_key_jwt")] }
        guard let keys = try? JWKSet.parse(Data(clientJWKS.utf8)) else {
            return [.init(path: ["clientJWKS"], text: "is not a JWK set")]
        }
        // One that is left out is one that the client may sign with tomorrow.
        if let skipped = keys.skipped.first {
            return [
                .init(path: ["clientJWKS"], text: "key \(skipped.index) cannot be used: \(skipped.reason.rawValue)")
            ]
        }
        return keys.keys.isEmpty ? [.init(path: ["clientJWKS"], text: "has no key")] : []
    }

    // MARK: Addresses

    private var addressProblems: [SettingsError.Problem] {
        let empty: [SettingsError.Problem] =
            redirectURIs.isEmpty ? [.init(path: ["redirectURIs"], text: "must name at least one address")] : []
        return empty + Self.problems(of: redirectURIs, at: "redirectURIs")
            + Self.problems(of: postLogoutRedirectURIs ?? [], at: "postLogoutRedirectURIs")
    }

    private static func problems(of addresses: [String], at key: String) -> [SettingsError.Problem] {
        addresses.enumerated().compactMap { position, address in
            let path = [key, String(position)]
            if address.contains("*") { return .init(path: path, text: "must not have a wildcard") }
            guard address.utf8.count <= 2048, URL(string: address)?.absoluteString.hasSameBytes(as: address) == true
            else {
                return .init(path: path, text: "must be a URL of at most 2048 characters, written as it is sent")
            }
            return nil
        }
    }

    // MARK: Claims

    private var groupProblems: [SettingsError.Problem] {
        guard let groups else { return [] }
        var problems: [SettingsError.Problem] = []
        let claim = groups.claim ?? OpenIDFacade.standardGroupsClaim
        if Self.isTaken(claim) || claim == "name" || claims?[claim] != nil {
            problems.append(.init(path: ["groups", "claim"], text: "is a claim with a meaning of its own"))
        }
        let prefix = groups.prefix ?? OpenIDFacade.standardPrefix
        guard ClaimTemplate(prefix, variables: ["organization"], hasAttributes: false) != nil else {
            return problems + [
                .init(path: ["groups", "prefix"], text: "may hold ${organization} and no other variable")
            ]
        }
        if let problem = GroupPrefix.problem(in: prefix) {
            problems.append(.init(path: ["groups", "prefix"], text: problem))
        }
        return problems
    }

    private var claimProblems: [SettingsError.Problem] {
        (claims ?? [:]).sorted { $0.key < $1.key }.compactMap { name, text in
            let path = ["claims", name]
            if Self.isTaken(name) { return .init(path: path, text: "is a claim with a meaning of its own") }
            if GroupPrefix.isGroupName(name) { return .init(path: path, text: "is told by groups only, with a prefix") }
            guard Wire.isVisible(name, maximum: 128) else {
                return .init(path: path, text: "must be named by 1 to 128 visible ASCII characters")
            }
            guard ClaimTemplate(text) != nil else {
                let known = ClaimTemplate.variables.map { "${\($0)}" }.joined(separator: ", ")
                return .init(path: path, text: "has an unknown variable; known: \(known), ${attribute.NAME}")
            }
            return nil
        }
    }

    private static func isTaken(_ name: String) -> Bool {
        IDTokenClaims.reserved.contains(name) || PersonalClaims.fixed.contains(name)
    }

    // MARK: What the provider works with

    /// The client, and how people are told of, of settings without problems.
    var client: RegisteredClient {
        RegisteredClient(
            id: clientID, authentication: authentication,
            keys: clientJWKS.flatMap { try? JWKSet.parse(Data($0.utf8)) } ?? JWKSet(keys: []),
            redirectURIs: redirectURIs, postLogoutRedirectURIs: postLogoutRedirectURIs ?? [],
            requiresPKCE: requirePKCE ?? false, scopes: personalClaims.scopes)
    }

    /// What a person's values become.
    var personalClaims: PersonalClaims {
        let prefix = ClaimTemplate(
            groups?.prefix ?? OpenIDFacade.standardPrefix, variables: ["organization"], hasAttributes: false)
        return PersonalClaims(
            extra: (claims ?? [:]).compactMapValues { ClaimTemplate($0) },
            groups: groups.flatMap { groups in
                prefix.map { .init(claim: groups.claim ?? OpenIDFacade.standardGroupsClaim, prefix: $0) }
            })
    }
}
