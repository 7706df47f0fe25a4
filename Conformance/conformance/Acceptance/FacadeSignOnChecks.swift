// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerModel
import Foundation
import JOSE
import SAML

/// S18: what Data Center and Cloud each take.
enum FacadeSignOnChecks {
    static let bothShapes: @Sendable (AcceptanceWorld) async throws -> String = { _ in
        let world = try await FacadeWorld.start()
        let seen = await attempt {
            let browser = world.world.browser()
            let name = try await dataCenter(world, browser)
            let same = try await cloud(world, browser)
            try require(name == same, "Data Center knows \(name), Cloud \(same)")
            return "data-center: code flow, RS256, preferred_username \(name); cloud: signed Response, NameID \(same)"
        }
        await world.stop()
        return try seen.get()
    }

    /// Discovery, code flow, an ID token, UserInfo with the same subject.
    private static func dataCenter(_ world: FacadeWorld, _ browser: Browser) async throws -> String {
        let page = try await browser.open(
            "\(world.party.issuer)/.well-known/openid-configuration", accept: "application/json")
        try require(try JSONObject.parse(Array(page.body.utf8)).string("issuer") == world.party.issuer, "discovery")
        let tokens = try await world.party.tokens(await world.party.code(browser))
        let info = try JSONObject.parse(Array(try await world.party.userInfo(tokens.access).body.utf8))
        try require(info.string("sub") == tokens.claims.string("sub"), "UserInfo is about somebody else")
        return try unwrap(tokens.claims.string("preferred_username"), "no preferred_username")
    }

    /// A record that was begun without an ACS and completed; then NameID emailAddress, signed, for this audience and ACS.
    private static func cloud(_ world: FacadeWorld, _ browser: Browser) async throws -> String {
        let (provider, wish) = (try await world.completeCloud(), TestServiceProvider.Wish(isSigned: false))
        let answer = try await provider.answer(provider.ask(browser, wish), to: wish)
        try require(answer.content.nameID?.format?.hasSuffix("emailAddress") == true, "the NameID's format")
        return try unwrap(answer.content.nameID?.value, "no NameID")
    }
}
