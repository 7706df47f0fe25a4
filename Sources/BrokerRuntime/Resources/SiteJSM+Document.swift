import Broker
import BrokerModel
import Foundation

/// Where a site's JSM itself is, as configuration has it.
extension SiteJSM {
    /// Its shape.
    static let shape: [Shape.Member] = [
        .init("url", .text(.baseURL), "Its origin and context path, past the gate.", isRequired: true),
        .init("account", .object(accountShape), "Who calls its API.", isRequired: true),
        .init("foreign", .list(.text(.line)), "Names of JSM organizations that are never touched.", standard: "[]"),
    ]

    private static let accountShape: [Shape.Member] = [
        .init("user", .text(.line), "The name before the token; absent for a personal access token."),
        .init("token", .secret, "Where the token is.", isRequired: true),
    ]

    /// Reads one whose shape was checked.
    init?(reading value: SettingsValue) {
        guard let url = value.text("url"), let account = value["account"],
            let token = account.text("token").flatMap({ SecretReference($0) })
        else { return nil }
        self.init(
            url: url, account: Account(user: account.text("user"), token: token), foreign: value.texts("foreign"))
    }

    /// As it is written; what is standard is left out.
    var written: YAMLWriter.Value {
        .members([
            ("url", .text(url)),
            (
                "account",
                .members([("user", .text(account.user, unless: nil)), ("token", .text(account.token.description))])
            ),
            ("foreign", .texts(foreign)),
        ])
    }
}

extension TextForm {
    /// Where an API begins.
    fileprivate static let baseURL = TextForm(
        "an https URL without query or final slash; http only on loopback and *.localhost"
    ) { WebText.isURL($0) && !$0.hasSuffix("/") && !$0.contains("?") }
}
