import Contracts
import Definitions
import FoundationEssentials
import Processing
import Settings
import Time

extension Definition {
  /// Returns the names in templates that the plan's first item does not have: a run would find them item by item.
  /// - Parameter transforms: those of this definition, `normalize` first.
  func templateProblems(_ transforms: [any Transform]) -> [DefinitionProblem] {
    let day = CalendarDate(daysSinceEpoch: 0)
    guard let plan = try? itemPlan() else { return [] }
    let item = plan.sample
    var problems: [DefinitionProblem] = []
    // A reader whose settings are missing is not made.
    var settings = Configuration(environment: [:])
    if let plugin = try? ExtractionPlugins.readers.plugin(of: extract),
      let reader = try? plugin.make(self, extract, &settings)
    {
      do throws(PipelineError) { try reader.check(item, date: day) } catch {
        problems.append(problem(error, "extract"))
      }
    }
    let context = TransformContext(dataset: dataset, item: item, readAt: Date(timeIntervalSince1970: 0))
    let first = normalize == nil ? 0 : 1
    for (index, transform) in transforms.enumerated() where index >= first {
      do throws(PipelineError) { _ = try transform.apply(Records(), context) } catch {
        problems.append(problem(error, "transform[\(index - first)]"))
      }
    }
    return problems
  }

  /// - Parameter section: the section's key, for a message that does not begin with one.
  private func problem(_ error: PipelineError, _ section: String) -> DefinitionProblem {
    let named = String(error.message.prefix { $0 != " " })
    let isNamed = named.hasPrefix("\(section).")
    var key = isNamed ? named : section
    // A value of a mapping with free names has no place of its own, and one value may stand for a list.
    while places[key] == nil, let end = key.lastIndex(where: { $0 == "." || $0 == "[" }) { key = String(key[..<end]) }
    return DefinitionProblem(
      file: file, place: places[key] ?? DefinitionProblem.beginning, key: isNamed ? "" : section, error.message)
  }
}
