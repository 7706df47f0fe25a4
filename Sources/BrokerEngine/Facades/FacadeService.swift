package import Broker
package import BrokerModel
import Logging
import Synchronization

/// The facades of all sites, each made once for as long as its settings stay, and what they refuse, recorded.
package final class FacadeService: Sendable {
    private struct Entry {
        var facade: SiteFacade
        var module: any Facade
    }

    private let environment: EngineEnvironment
    private let live: LiveState
    private let sessions: SessionService
    private let audit: AuditLog
    private let running = Mutex<[FacadeAddress: Entry]>([:])

    init(_ environment: EngineEnvironment, live: LiveState, sessions: SessionService, audit: AuditLog) {
        self.environment = environment
        self.live = live
        self.sessions = sessions
        self.audit = audit
    }

    /// The kinds that this executable was built with.
    package var kinds: [FacadeKind] { environment.facades.kinds }

    /// A site's facade; nil where the site is not there or has none of the kind.
    ///
    /// - Throws: Every problem of its settings.
    package func module(at address: FacadeAddress) throws(SettingsError) -> (any Facade)? {
        guard let facade = live.resources.sites[address.site]?.facade(address.kind) else { return nil }
        if let entry = running.withLock({ $0[address] }), entry.facade == facade { return entry.module }
        let module = try environment.facades.make(facade, host: host(address))
        running.withLock { $0[address] = Entry(facade: facade, module: module) }
        return module
    }

    /// What is wrong with the facades of a site that is not stored yet, with paths below the site.
    package func problems(of site: Site) -> [SettingsError.Problem] {
        site.facades.flatMap { facade -> [SettingsError.Problem] in
            do throws(SettingsError) {
                _ = try environment.facades.make(
                    facade, host: host(FacadeAddress(site: site.id, kind: facade.kind)))
                return []
            } catch {
                return error.problems.map {
                    .init(path: ["facades", facade.kind.rawValue] + $0.path, text: $0.text)
                }
            }
        }
    }

    func host(_ address: FacadeAddress) -> FacadeHost {
        FacadeHost(address, environment: environment, live: live, sessions: sessions, audit: audit)
    }

    // MARK: Answering

    /// Answers a request; nil where there is no such facade or route.
    ///
    /// - Throws: `FacadeFailure`, recorded.
    package func respond(to request: FacadeRequest, at address: FacadeAddress) async throws -> FacadeResponse? {
        do { try await live.refresh() } catch {
            throw await refuse(
                FacadeError(.storeUnavailable, detail: "the store cannot be read", underlying: error), at: address)
        }
        guard live.resources.sites[address.site]?.facade(address.kind) != nil else { return nil }
        let module: (any Facade)?
        do throws(SettingsError) {
            module = try self.module(at: address)
        } catch {
            throw await refuse(FacadeError(.configurationInvalid, detail: error.description), at: address)
        }
        do throws(FacadeError) {
            let response = try await module?.respond(to: request)
            if let refusal = response?.refusal { _ = await refuse(refusal, at: address) }
            return response
        } catch {
            throw await refuse(error, at: address)
        }
    }

    /// Records a refusal and makes of it what the page may show.
    package func refuse(
        _ error: FacadeError, at address: FacadeAddress, customer: Customer? = nil
    ) async
        -> FacadeFailure
    {
        let now = environment.time.now
        let reference = Reference.make(at: now, environment.randomness)
        var facts = ["detail": error.detail, "facade": address.kind.rawValue]
        facts["rule"] = error.rule
        facts["cause"] = error.underlying.map { LoginFlow.name(of: $0) }
        let event = AuditEvent(
            .facadeRefused, at: now, actor: .anonymous, reference: reference, customer: customer?.id,
            organization: customer?.organization, site: address.site, code: error.code.rawValue, facts: facts)
        do {
            try await audit.record(event)
        } catch {
            environment.logger.error(
                "a refusal was not recorded", metadata: ["reference": "\(reference)", "cause": "\(error)"])
        }
        return FacadeFailure(
            code: error.code, reference: reference, site: address.site,
            organization: customer.flatMap { live.resources.organizations[$0.organization] })
    }
}

extension FacadeResponse {
    /// What is to be recorded with it.
    fileprivate var refusal: FacadeError? {
        switch self {
        case .document(_, let refusal), .step(_, let refusal): refusal
        case .signIn, .signOut, .confirmSignOut, .signOutAnswered: nil
        }
    }
}
