import Broker
import BrokerEngine
import BrokerModel
import Foundation
import JOSE

/// A browser at several hosts: what it keeps for each, as cookies do.
final class TestVisitor {
    /// Binding cookies and session handles of each site's host.
    var atSites: [SiteID: TestBrowser] = [:]
    var handles: [SiteID: String] = [:]
    /// Binding cookies of the broker's host.
    let atBroker = TestBrowser()
    var broker: Engine

    init(_ engine: Engine) { broker = engine }

    func at(_ site: SiteID) -> TestBrowser {
        let browser = atSites[site] ?? TestBrowser()
        atSites[site] = browser
        return browser
    }

    /// The handle at the broker's host.
    var sso: String? { atBroker.credentials?.handle.reveal() }

    // MARK: Steps

    /// Begins a login at a site's host; the ticket to the broker's.
    func depart(_ site: SiteID, _ change: (inout LoginStart) -> Void = { _ in }) async throws -> String {
        var start = LoginStart(
            site: site, returnTarget: "/servicedesk/customer/portal/3", priorHandle: handles[site])
        start.departs = true
        change(&start)
        let login = try await broker.login.start(start)
        at(site).keep(login)
        guard case .depart(let ticket) = login.next else { throw Unexpected("a departure, got \(login.next)") }
        return ticket.reveal()
    }

    func arrive(_ ticket: String) async throws -> ArrivedLogin {
        let arrived = try await broker.login.arrive(LoginArrival(ticket: ticket, handle: sso))
        if case .login(let login, _) = arrived { atBroker.keep(login) }
        return arrived
    }

    /// Signs in at the broker's host after an arrival; the code that goes back to the site.
    func signIn(_ arrived: ArrivedLogin, _ email: String) async throws -> String {
        guard case .login(let login, _) = arrived else { throw Unexpected("a sign-in") }
        let turn = try await broker.login.identify(email, atBroker.visit(login))
        let signedIn = try await atBroker.complete(broker, atBroker.waiting(turn, login))
        guard let code = signedIn.handOff else { throw Unexpected("a hand-off") }
        return code.reveal()
    }

    func arrival(_ code: String, at site: SiteID) -> HandOffReturn {
        HandOffReturn(code: code, site: site, binding: at(site).binding, priorHandle: handles[site])
    }

    @discardableResult
    func redeem(_ code: String, at site: SiteID) async throws -> HandedOff {
        let handed = try await broker.login.redeem(arrival(code, at: site))
        handles[site] = handed.credentials.handle.reveal()
        return handed
    }

    /// From a site's host to the broker's, a sign-in there, and the code for the way back.
    func code(for site: SiteID, _ email: String = "bob@globex.example") async throws -> String {
        try await signIn(arrive(depart(site)), email)
    }

    /// The code without a second sign-in.
    func silentCode(for site: SiteID) async throws -> String {
        guard case .handOff(let code, site) = try await arrive(depart(site)) else { throw Unexpected("no sign-in") }
        return code.reveal()
    }
}

extension TestInstallation {
    /// Two sites on hosts of their own, and the broker on a third.
    static func apart(
        _ configure: @escaping (inout WantedResources) -> Void = { _ in }
    ) async throws
        -> TestInstallation
    {
        let here = try await TestInstallation {
            $0.sites = ["one", "two"].map {
                Site(id: SiteID(rawValue: $0), kind: .dataCenter, origin: "https://\($0).example")
            }
            configure(&$0)
        }
        here.script.vouch(for: here.identity("bob@globex.example"))
        return here
    }

    /// A claim of a token.
    func claim(_ name: String, of token: Secret<String>) throws -> String? {
        let parts = token.reveal().split(separator: ".")
        let object = try JSONSerialization.jsonObject(with: Data(Base64URL.decode(String(parts[1]))))
        return (object as? [String: Any])?[name] as? String
    }
}
