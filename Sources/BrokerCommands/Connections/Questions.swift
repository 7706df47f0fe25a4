import Broker

/// Asks at the terminal, each question until its answer is one.
struct Questions: Sendable {
    private let context: CommandContext

    init(_ context: CommandContext) { self.context = context }

    /// Whether anybody is there.
    var canAsk: Bool { context.isTerminal }

    /// An answer for one field, checked at once; nil where the field may be left out and was.
    func answer(for field: SettingsField, named name: String) throws -> SettingsValue? {
        explain(field, name)
        return try repeatedly("\(field.label) (\(name)):") { text in
            guard !text.isEmpty else {
                return field.isRequired
                    ? .failure("an answer is needed") : .success(nil)
            }
            let value = SettingText.value(text, as: field.value)
            let problems = SettingText.problems(in: value, of: field)
            return problems.isEmpty ? .success(value) : .failure(problems.joined(separator: "; "))
        }
    }

    /// A word of the connection itself, such as its id; an empty answer takes the standard one.
    func word(
        _ question: String, standard: String?, check: (String) -> String?
    ) throws -> String {
        try repeatedly(standard.map { "\(question) [\($0)]:" } ?? "\(question):") { text in
            guard let word = text.isEmpty ? standard : text else { return .failure("an answer is needed") }
            return check(word).map { .failure($0) } ?? .success(word)
        }
    }

    private enum Reading<Value> {
        case success(Value)
        case failure(String)
    }

    private func repeatedly<Value>(_ prompt: String, _ read: (String) -> Reading<Value>) throws -> Value {
        while true {
            context.output.ask(prompt)
            guard let line = context.answer() else {
                context.output.note("")
                throw CommandFailure("no more answers; nothing was done")
            }
            switch read(line.trimmingBlanks) {
            case .success(let value): return value
            case .failure(let problem): context.output.note("  \(problem)")
            }
        }
    }

    private func explain(_ field: SettingsField, _ name: String) {
        var lines = ["", field.help]
        switch field.value {
        case .choice(let words): lines.append("one of: \(words.joined(separator: ", "))")
        case .secret: lines.append("say where it is, env:NAME or file:PATH; never type the secret itself")
        case .flag: lines.append("yes or no")
        case .list: lines.append("several: with commas between")
        default: break
        }
        if let example = field.example { lines.append("such as: \(example)") }
        if let standard = field.standard { lines.append("left empty: \(standard)") }
        if !field.isRequired, field.standard == nil { lines.append("may be left empty") }
        context.output.note(lines.map { $0.isEmpty ? " " : "  \($0)" }.joined(separator: "\n"))
    }
}

extension String {
    fileprivate var trimmingBlanks: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
