import ProviderCatalogue
import Testing

/// The OpenID Foundation's names for what a relying party must do.
@Suite struct `The relying-party test plans` {
    @Test(arguments: RelyingPartyCase.all)
    func `are kept by our client`(_ module: RelyingPartyCase) async throws { try await module.check() }

    @Test(arguments: RelyingPartyCase.all)
    func `each catch the client that is broken there, and no whole one`(_ module: RelyingPartyCase) async {
        #expect(await module.isSeenRed())
    }
}
