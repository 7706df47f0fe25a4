import Broker
import ConformanceKit
import Foundation

extension RelyingPartyCase {
    /// The RP front-channel logout plan, and what a page that is not the OP's could try.
    static let frontChannel: [RelyingPartyCase] = [
        ends(
            "rp-frontchannel-rpinitlogout", "after a sign-out here the OP's frame ends the session that it names",
            .frontChannelIsIgnored, isOurs: true),
        ends(
            "rp-frontchannel-opinitlogout", "the OP's frame ends the session, and only the OP's pages may show it",
            .frontChannelFrame, isOurs: false),
        refused("wrong-iss", "another issuer", .frontChannelIssuer) { $0["iss"] = "https://other.example" },
        refused("slash-iss", "one slash more in iss", .frontChannelIssuer) { $0["iss"] = RelyingPartyRun.issuer + "/" },
        refused("no-iss", "no issuer", .frontChannelIssuer) { $0["iss"] = nil },
        refused("no-sid", "no session", .frontChannelSession) { $0["sid"] = nil },
        refused("empty-sid", "an empty session", .frontChannelSession) { $0["sid"] = "" },
        refused("off", "a frame that nobody switched on", .frontChannelSwitch, isOn: false) { _ in },
    ]

    private static func driver(_ run: RelyingPartyRun, isOn: Bool = true) throws -> LoginDriver {
        try run.with(isOn ? ["frontChannelLogout": true] : [:]).driver()
    }

    /// GET with `iss` and `sid` (Front-Channel Logout 3).
    private static func frame(_ sessionID: String?) -> KitArrival {
        KitArrival(
            .get, endpoint: .logout, [("iss", RelyingPartyRun.issuer), ("sid", sessionID ?? "")])
    }

    private static func ends(
        _ name: String, _ title: String, _ defect: CarelessClient.Defect, isOurs: Bool
    ) -> RelyingPartyCase {
        RelyingPartyCase(.logout, name, title, catches: defect) { run in
            let driver = try driver(run)
            let identity = try await driver.login().identity()
            if isOurs { _ = try unwrap(try await driver.logout(identity), "nobody is signed out at the OP") }
            let arrival = frame(identity.upstream?.sessionID)
            let notice = try unwrap(try await driver.receive(arrival), "no receiver")
            let session = LogoutNotice.Target.session(issuer: RelyingPartyRun.issuer, sessionID: "sid-Alice")
            try require(notice.target == session, "ends \(notice.target)")
            guard case .frame(let page) = notice.answer else { throw KitFailure("the answer is \(notice.answer)") }
            try require(page.absoluteString == RelyingPartyRun.issuer, "pages of \(page) may show it")
        }
    }

    private static func refused(
        _ name: String, _ title: String, _ defect: CarelessClient.Defect, isOn: Bool = true,
        _ spoil: @escaping @Sendable (inout KitArrival) -> Void
    ) -> RelyingPartyCase {
        RelyingPartyCase(
            .logout, "rp-frontchannel-opinitlogout-\(name)", "\(title) ends no session", catches: defect
        ) { run in
            let driver = try driver(run, isOn: isOn)
            let identity = try await driver.login().identity()
            var arrival = frame(identity.upstream?.sessionID)
            spoil(&arrival)
            let spoiled = arrival
            try await requireRefusal { _ = try await driver.receive(spoiled) }
        }
    }
}
