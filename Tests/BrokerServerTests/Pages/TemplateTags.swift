import BrokerServer
import Foundation

/// The tags of a template, as a tree: what swift-mustache would look up, in the order it would.
indirect enum TemplateTag {
    case value(String)
    case section(String, [TemplateTag])
    case inverted(String, [TemplateTag])
    case block([TemplateTag])
    case partial(String)

    static func source(of template: String) throws -> String {
        guard let asset = WebAsset.named("templates/\(template).mustache") else { throw Missing(name: template) }
        return String(decoding: asset.bytes, as: UTF8.self)
    }

    static func parse(template: String) throws -> [TemplateTag] {
        var names = try source(of: template).matches(of: #/\{\{([^}]+)\}\}/#).map { String($0.1) }[...]
        return parse(&names)
    }

    private static func parse(_ names: inout ArraySlice<String>) -> [TemplateTag] {
        var tags: [TemplateTag] = []
        while let name = names.popFirst() {
            let rest = String(name.dropFirst())
            switch name.first {
            case "/": return tags
            case "#": tags.append(.section(rest, parse(&names)))
            case "^": tags.append(.inverted(rest, parse(&names)))
            case "$": tags.append(.block(parse(&names)))
            case "<": tags += [.partial(rest), .block(parse(&names))]
            case ">": tags.append(.partial(rest))
            default: tags.append(.value(name))
            }
        }
        return tags
    }

    struct Missing: Error { let name: String }
}

/// Walks a template over sample values and notes every name that the values do not have.
struct TagWalk {
    let page: any Page
    let chrome: Chrome
    let texts: Texts
    private(set) var unknown: [String] = []
    private(set) var used: Set<String> = []
    /// Sections whose value was absent in every sample, so that nothing inside was looked at.
    private(set) var unseen: Set<String> = []
    private var seen: Set<String> = []

    init(page: any Page, chrome: Chrome, texts: Texts) {
        self.page = page
        self.chrome = chrome
        self.texts = texts
    }

    mutating func walk(_ tags: [TemplateTag], inside value: Any?) throws {
        for tag in tags {
            switch tag {
            case .value(let name): _ = resolve(name, inside: value)
            case .inverted(let name, let inner):
                _ = resolve(name, inside: value)
                try walk(inner, inside: value)
            case .section(let name, let inner):
                let elements = Self.elements(of: resolve(name, inside: value), inside: value)
                note(name, seen: !elements.isEmpty)
                for next in elements { try walk(inner, inside: next) }
            case .block(let inner): try walk(inner, inside: value)
            case .partial(let name): try walk(TemplateTag.parse(template: name), inside: value)
            }
        }
    }

    /// A Bool opens the section where it stands, a list once per element, anything else with itself inside.
    private static func elements(of child: Any?, inside value: Any?) -> [Any?] {
        switch child {
        case let list as [Any]: list
        case is Bool: [value]
        case nil: []
        default: [child]
        }
    }

    private mutating func note(_ section: String, seen now: Bool) {
        if now { seen.insert(section) }
        if seen.contains(section) { unseen.remove(section) } else { unseen.insert(section) }
    }

    private mutating func resolve(_ name: String, inside value: Any?) -> Any? {
        used.insert(name)
        if name == "." { return value }
        var path = name.split(separator: ".").map(String.init)[...]
        var object: Any? =
            switch name.hasPrefix(".") ? "." : path.removeFirst() {
            case ".": value
            case "page": page
            case "chrome": chrome
            case "text": texts.strings
            default: nil
            }
        if object == nil { unknown.append(name) }
        for step in path {
            guard let next = object.flatMap({ Self.child(step, of: $0) }) else {
                unknown.append(name)
                return nil
            }
            object = Self.unwrapped(next)
        }
        return object
    }

    /// The property of that name, nil when there is none; a property that holds nil is one.
    private static func child(_ name: String, of object: Any) -> Any? {
        if let strings = object as? [String: String] { return strings[name] }
        return Mirror(reflecting: object).children.first { $0.label == name }?.value
    }

    private static func unwrapped(_ value: Any) -> Any? {
        let mirror = Mirror(reflecting: value)
        return mirror.displayStyle == .optional ? mirror.children.first?.value : value
    }
}
