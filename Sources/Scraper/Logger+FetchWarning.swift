import Fetching
import LambdaRuntime

extension Logger {
  func warn(_ warning: FetchWarning, item: String) {
    switch warning {
    case .circuit(let event): warn("the source", ["change": .text("\(event)")])
    case .storeFailed(let error):
      warn(
        "pages are not shared from here on: the page store fails",
        ["item": .text(item), "error": .text("\(error)")])
    case .damagedPage(let error): warn("damaged page", ["error": .text("\(error)")])
    }
  }
}
