// SPDX-License-Identifier: Apache-2.0

import BrokerModel
import Foundation

/// A proxy with a shipped configuration: what it needs, how it is started, and what it cannot do.
///
/// Its files are those of `Conformance/Fronts/<folder>`, with nothing changed but addresses.
protocol Front: Sendable {
    /// The column's title, such as `nginx`.
    var name: String { get }
    /// How it enforces the session.
    var mode: FrontMode { get }
    /// What it runs on; nil is nothing but the broker.
    var program: FrontProgram? { get }
    /// The folder below `Conformance/Fronts` with its files; the first word of its name unless it says otherwise.
    var shippedFolder: String { get }
    /// What it does not do: a row that needs one of these is `n/a`.
    ///
    /// In gate mode and in-path there is nothing but what the front's README says in so many words.
    var lacks: Set<FrontAbility> { get }

    /// Writes the shipped files, with our addresses, and whatever the program wants around them.
    func write(_ files: FrontFiles, _ addresses: FrontAddresses) throws
    /// How to start it in the foreground, after `write`; the program's own path comes first by itself.
    func command(_ folder: URL) -> FrontCommand
}

extension Front {
    var shippedFolder: String { name.split(separator: " ").first.map(String.init) ?? name }
}

/// Who checks the session.
enum FrontMode: String, Sendable {
    /// The front asks the gate before every request.
    case gate
    /// The front checks the session token by itself.
    case local
    /// The broker is the front.
    case inPath = "in-path"

    /// What a cell says where a front of this mode cannot do what the row wants.
    var notApplicable: String { "n/a (\(rawValue))" }
}

/// What a row asks of a front beyond telling a session from none.
enum FrontAbility: String, Sendable, CaseIterable {
    /// Which portal somebody may see, and which request type.
    case portalRules
    /// Portals that are named in a body: the front shows it to the gate, or sends it on to be judged in-path.
    case bodies
    /// Portals that a posted form names beside its address, which is what JSM itself goes by.
    case formBodies
    /// A semicolon of a query reaches gate and portal as it is; escaped, it separates nothing for anybody.
    case rawSemicolons
    /// JSM's own ways in are closed: sign-up, password login, user search, agents' pages.
    case closedDoors
    /// Staff and machines.
    case lanes
    /// A fresher sign-in where a rule asks for one.
    case stepUp
    /// A session that ended is refused within a second, not when its token ends.
    case revocation
    /// A token that ended is renewed within the request.
    case renewal
    /// It refuses when the store is away.
    case storeCheck
    /// It refuses when the gate is away.
    case gateCheck
    /// What a refused client reads is the broker's own: JSON, or a page that keeps what was typed.
    case brokerAnswers
    /// It takes back cookies that open nothing.
    case clearedCookies
    /// Our cookies do not reach the portal.
    case cutCookies
    /// Public paths of the site pass without a session.
    case publicPaths
    /// Clients reach it themselves, and what they say about addresses is believed of nobody.
    ///
    /// The broker's plain listener believes proxies on this machine, and here every client looks like one.
    case edge
}

/// Where a front listens, and what is behind it.
///
/// Everything is on 127.0.0.1.
struct FrontAddresses: Sendable {
    /// Where clients reach the front.
    var front: Int
    /// The broker's internal listener.
    var gate: Int
    /// The broker's public listener, which also judges in-path.
    var broker: Int
    /// JSM.
    var portal: Int
    /// Host and port as in the site's `origin`: what clients say, and what JSM and the broker are told.
    var host: String
    /// The site's id, which is the audience of its tokens.
    var site: SiteID
    /// The issuer of session tokens, `http://HOST/vestibule`; its keys are at `/jwks` below it.
    var issuer: String
    /// The keys that sign session tokens, for fronts that read no JWKS.
    var keys: [FrontKey]
}

/// A public key as a front may want it.
struct FrontKey: Sendable {
    var kid: String
    /// `ES256` or `RS256`.
    var algorithm: String
    /// SubjectPublicKeyInfo as PEM.
    var pem: String
}

/// How to start a front.
struct FrontCommand: Sendable {
    var arguments: [String]
    /// Beside what this process has.
    var environment: [String: String] = [:]
}
