public import Broker

extension EmailCodeProvider {
    /// Every setting.
    public static let form = SettingsForm([
        SettingsField(
            "recipients", .list(.text), label: "Recipients",
            help: "Domains and single addresses that a code may be sent to, among those that the connection's "
                + "organization owns; a domain does not stand for those below it. All of them where it is absent.",
            example: "[acme.example, jo@freelance.example]"),
        SettingsField(
            "productName", .text, label: "Product name", help: "What people sign in to, as the mail names it.",
            example: "Acme Support", standard: "the support portal"),
        SettingsField(
            "subject", .text, label: "Subject",
            help: "The mail's subject. The code never stands in it: subjects show on locked screens.",
            example: "Your code for Acme Support", standard: "Your sign-in code"),
    ])
}
