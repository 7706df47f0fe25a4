package import Broker
import Foundation
import Logging
import TrustDocuments

/// What one connection trusts of its IdP, kept fresh: every key of the metadata, the last good state while the source
/// is away, one refresh for all processes when a message is signed by a key that nobody knows.
package struct IdentityProviderTrust: Sendable {
    /// One good state.
    package struct Snapshot: Sendable {
        /// What is trusted.
        package let description: IdentityProviderDescription
        /// Grows with every state that this process sees.
        package let generation: Int
        fileprivate let document: RemoteDocument<IdentityProviderDescription>.Snapshot?
    }

    private let entityID: String
    private let policy: TrustPolicy
    private let time: TimeSource
    private let document: RemoteDocument<IdentityProviderDescription>

    /// Trust in the IdP of this name; does no I/O.
    package init(entityID: String, policy: TrustPolicy, context: ProviderContext) {
        self.entityID = entityID
        self.policy = policy
        time = context.time
        let (time, logger) = (context.time, context.logger)
        document = RemoteDocument(
            "saml-metadata", format: .metadata, policy: .metadataOfIdP, context: context, validUntil: \.validUntil,
            didReplace: { old, new in KeyChange(from: old, to: new)?.log(to: logger) },
            process: { response throws(LoginError) in
                try response.requireOK(of: "metadata")
                do throws(SAMLError) {
                    return try policy.read(Array(response.body), as: entityID, now: time.now)
                } catch {
                    throw LoginError(
                        .upstreamInvalid, detail: "metadata: \(error.detail)", rule: error.rule, underlying: error)
                }
            })
    }

    /// What is trusted now, fetched first where it is unknown or too old.
    ///
    /// - Throws: `upstream_unavailable` or `upstream_invalid` where nothing is known and nothing can be learned;
    ///   with the rule `metadata_expired` where what is known has ended and was not renewed.
    package func current() async throws(LoginError) -> Snapshot {
        guard let source = policy.source else { return try usable(manual) }
        guard EndpointURL.parse(source.absoluteString) != nil else {
            throw LoginError(.configurationInvalid, detail: "the metadata's URL is not https")
        }
        return try usable(Snapshot(try await document.current(at: source)), await document.problem)
    }

    /// A newer state than one under whose keys a signature did not verify; nil where there is none to be had now.
    ///
    /// However many messages ask, all processes together fetch at most once in 60 seconds. The caller tries once more
    /// with what comes back, and then refuses.
    package func newer(than old: Snapshot) async -> Snapshot? {
        guard let source = policy.source, let known = old.document,
            let newer = await document.newer(than: known, at: source, for: .login)
        else { return nil }
        return try? usable(Snapshot(newer))
    }

    /// Fetches now; the last good state stays where that fails.
    package func refresh() async {
        guard let source = policy.source else { return }
        _ = try? await document.refresh(at: source)
    }

    /// What is trusted, as far as it is known without asking the source.
    package func status() async -> TrustStatus {
        let known =
            if let source = policy.source { await document.known(at: source).map(Snapshot.init) } else { manual }
        let (last, next, failure) = (known?.document?.fetchedAt, await document.nextRefresh, await document.problem)
        var problem = failure?.detail
        if let known { do throws(LoginError) { _ = try usable(known, failure) } catch { problem = error.detail } }
        return TrustStatus(
            keys: known?.description.signingKeys.map(\.status) ?? [], lastGood: last, nextRefresh: next,
            problem: problem)
    }

    private var manual: Snapshot? {
        guard case .manual(let description) = policy else { return nil }
        return Snapshot(description: description, generation: 0, document: nil)
    }

    /// Metadata past its end is not used, whoever is away: a withdrawn key must not outlive its withdrawal.
    private func usable(_ snapshot: Snapshot?, _ problem: LoginError? = nil) throws(LoginError) -> Snapshot {
        guard let snapshot else { throw LoginError(.configurationInvalid, detail: "no metadata is configured") }
        guard let end = snapshot.description.validUntil, end <= time.now else { return snapshot }
        let reason = problem.map { ", and was not renewed: \($0.detail)" } ?? ""
        throw LoginError(
            policy.source == nil ? .configurationInvalid : .upstreamUnavailable,
            detail: "the IdP's metadata ended at \(SAMLTime.text(end))\(reason)", rule: "metadata_expired")
    }
}

extension IdentityProviderTrust.Snapshot {
    fileprivate init(_ document: RemoteDocument<IdentityProviderDescription>.Snapshot) {
        self.init(description: document.value, generation: document.generation, document: document)
    }
}

extension RefreshPolicy {
    /// An hour, as for keys.
    ///
    /// While nothing is known, each message would be a fetch; five seconds bound that, and a person who tries again is
    /// served.
    static let metadataOfIdP: RefreshPolicy = {
        var policy = RefreshPolicy.keys
        policy.firstCoolDown = .seconds(5)
        return policy
    }()
}

extension DocumentFormat {
    /// SAML metadata (SAML Metadata 4.1.1, appendix A); many IdPs serve it as plain XML.
    static let metadata = DocumentFormat(
        mediaType: "application/samlmetadata+xml",
        accept: "application/samlmetadata+xml, application/xml;q=0.9, */*;q=0.1")
}
