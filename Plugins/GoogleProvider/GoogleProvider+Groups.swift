public import Broker

extension GoogleProvider: GroupSource {
    /// The person's groups, by their e-mail addresses.
    ///
    /// What went wrong is for `lint`, which asks the same way and says why.
    public func groups(of identity: VerifiedIdentity) async -> GroupSet {
        guard let groups = settings.groups else { return .unsupported }
        let lookup = GroupLookup(settings: groups, endpoints: endpoints, context: context)
        let address = identity.email.flatMap { $0.evidence == .none ? nil : $0.address }
        return await lookup.groups(of: .init(subject: identity.subject.subject, address: address)).set
    }
}
