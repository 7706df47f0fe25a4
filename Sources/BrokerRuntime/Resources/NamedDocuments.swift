import Broker
import Foundation

/// Documents that connections name instead of writing them out: shipped ones, and files beside the resources file.
///
/// They are put in where their names stood, so that what is stored needs no file.
struct NamedDocuments: Sendable {
    /// The resources with every document written out.
    private(set) var value: SettingsValue
    private(set) var problems: [ConfigurationError.Problem] = []
    private var files: [[String]: YAMLDocument] = [:]
    private let resources: YAMLDocument

    /// The most octets of one document.
    static let maximumOctets = 64 << 10

    init(in resources: YAMLDocument, providers: ProviderRegistry) {
        self.resources = resources
        value = resources.value
        for (position, connection) in (resources.value.list("connections") ?? []).enumerated() {
            guard let kind = connection.text("kind"), let type = providers.type(of: ProviderKind(rawValue: kind)) else {
                continue
            }
            for field in type.form.fields {
                let path = ["connections", String(position), "settings", field.key]
                guard let shipped = field.documents, let name = connection["settings"]?.text(field.key) else {
                    continue
                }
                put(name, of: shipped, form: field.value, at: path)
            }
        }
    }

    private mutating func put(
        _ name: String, of shipped: [String: SettingsValue], form: SettingsField.Value, at path: [String]
    ) {
        if let document = shipped[name] { return value = value.replacing(path[...], with: document) }
        guard name.hasPrefix("./") else {
            let known = shipped.keys.sorted().joined(separator: ", ")
            return refuse(path, "is none of \(known), and no file beside this one, ./FILE.yaml")
        }
        guard let file = file(name) else {
            return refuse(path, "must be a file in the folder of this one, or below it, whose name ends in .yaml")
        }
        do throws(ConfigurationError) {
            let document = try YAMLDocument.load(file, maximumOctets: Self.maximumOctets)
            if case .form(let form) = form {
                problems += form.problems(in: document.value).map { document.located($0) }
            }
            files[path] = document
            value = value.replacing(path[...], with: document.value)
        } catch {
            problems += error.problems
        }
    }

    private mutating func refuse(_ path: [String], _ text: String) {
        problems.append(resources.located(.init(path: path, text: text)))
    }

    /// A file that the operator keeps with the resources, and none that a name leads elsewhere to, be it by a link.
    private func file(_ name: String) -> String? {
        let steps = name.dropFirst(2).split(separator: "/", omittingEmptySubsequences: false)
        guard steps.allSatisfy({ !$0.isEmpty && !$0.hasPrefix(".") && !$0.contains("\0") }),
            name.hasSuffix(".yaml") || name.hasSuffix(".yml")
        else { return nil }
        let folder = URL(fileURLWithPath: resources.file).deletingLastPathComponent()
        let real = folder.appending(path: steps.joined(separator: "/")).resolvingSymlinksInPath()
        let isRegular = (try? real.resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile ?? true
        guard isRegular, real.path.hasPrefix(folder.resolvingSymlinksInPath().path + "/") else { return nil }
        return folder.appending(path: steps.joined(separator: "/")).path
    }

    /// Where a problem is: in the document's own file where its path leads into one.
    func located(_ problem: SettingsError.Problem) -> ConfigurationError.Problem {
        for (path, document) in files where problem.path.starts(with: path) {
            return document.located(.init(path: Array(problem.path.dropFirst(path.count)), text: problem.text))
        }
        return resources.located(problem)
    }
}

extension SettingsValue {
    /// This value with another one at a path that exists, list positions as decimal numbers.
    fileprivate func replacing(_ path: ArraySlice<String>, with value: SettingsValue) -> SettingsValue {
        guard let key = path.first else { return value }
        switch self {
        case .object(var object):
            object[key] = object[key]?.replacing(path.dropFirst(), with: value)
            return .object(object)
        case .array(var values):
            guard let position = Int(key), values.indices.contains(position) else { return self }
            values[position] = values[position].replacing(path.dropFirst(), with: value)
            return .array(values)
        default: return self
        }
    }
}
