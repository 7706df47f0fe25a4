import Broker
import ConformanceKit
import EmailCodeProvider
import Foundation
import Testing

@Suite struct SettingsTests {
    let world: World
    init() throws { world = try World() }

    private func path(_ settings: [String: SettingsValue]) -> String? {
        let all: [String: SettingsValue] = ["recipients": .array([.string("acme.example")])].merging(settings) { $1 }
        return settingsProblems(EmailCodeProvider.self, all, world.context).first
    }

    @Test func `one key is enough, and every key of the form is read`() {
        #expect(path([:]) == nil)
        let full: [String: SettingsValue] = [
            "recipients": .array([.string("acme.example"), .string("jo@freelance.example")]),
            "productName": .string("Acme Süd"), "subject": .string("Ihr Code"),
        ]
        #expect(path(full) == nil)
        #expect(Set(EmailCodeProvider.form.fields.map(\.key)) == Set(full.keys))
    }

    @Test func `names the key that is wrong`() {
        #expect(path(["recipients": .null]) == nil)
        #expect(path(["recipients": .array([])]) == "recipients")
        #expect(path(["recipients": .array([.string("acme.example"), .string("*")])]) == "recipients.1")
        #expect(path(["recipients": .array([.string("com")])]) == "recipients.0")
        #expect(path(["recipient": .string("acme.example")]) == "recipient")
    }

    @Test(arguments: ["subject", "productName"])
    func `a text that would break out of its line is refused`(key: String) {
        for text in ["a\r\nBcc: eve@evil.example", "a\nb", "a\rb", "a\u{0}b", "a\u{2028}b", "a\u{202E}b", "\u{85}"] {
            #expect(path([key: .string(text)]) == key)
        }
        #expect(path([key: .string(String(repeating: "a", count: 121))]) == key)
        #expect(path([key: .string(String(repeating: "a", count: 120))]) == nil)
    }

    @Test func `settings survive being written and read again`() throws {
        let settings = try world.provider { $0.productName = "Acme" }.settings
        let again = try JSONDecoder().decode(
            EmailCodeProvider.Settings.self, from: JSONEncoder().encode(settings))
        #expect(again == settings)
    }
}
