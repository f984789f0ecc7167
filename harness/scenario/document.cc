// From text to nodes: bytes are checked first, then yaml-cpp's events are put together under limits.
#include "harness/scenario/document.hh"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>

#include "harness/scenario/error.hh"
#include "harness/scenario/text_check.hh"
#include "impl/base/words.hh"

namespace banco::scenario {

namespace {

Position place(const YAML::Mark& mark) {
  return {mark.line + 1, mark.column + 1};
}

class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(const std::string& file) : file_(file) {}

  std::shared_ptr<const Node> take_root() { return std::move(root_); }

  // `{type: ${switch}}` is no YAML: after the plain word `$` a map seems to begin. Where that was, if it was.
  std::optional<Position> bare_variable() const { return bare_variable_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (root_) fail(place(mark), "a second YAML document starts here; a scenario is one document");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    begin(NodeKind::kNothing, mark, anchor);
    if (open_.size() > 1 && open_[open_.size() - 2].key_pending) {  // yaml-cpp names the place behind it
      open_.back().node->where = open_[open_.size() - 2].node->entries.back().where;
    }
    end();
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto known = anchors_.find(anchor);
    if (known == anchors_.end()) fail(place(mark), "this alias stands inside of what it refers to");
    attach(known->second, place(mark));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_tag(mark, tag);
    bare_variable_.reset();
    if (tag == "?" && value.ends_with('$')) bare_variable_ = place(mark);
    begin(NodeKind::kScalar, mark, anchor);
    open_.back().node->text = value;
    end();
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    refuse_tag(mark, tag);
    begin(NodeKind::kList, mark, anchor);
  }
  void OnSequenceEnd() override { end(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    refuse_tag(mark, tag);
    begin(NodeKind::kMap, mark, anchor);
  }
  void OnMapEnd() override { end(); }

 private:
  struct Open {
    std::shared_ptr<Node> node;
    YAML::anchor_t anchor = 0;
    std::map<std::string, Position, std::less<>> keys;
    bool key_pending = false;  // the last entry has its key and waits for its value
  };

  [[noreturn]] void fail(Position where, const std::string& sentence) const {
    throw ScenarioError(file_, where, sentence);
  }

  void refuse_tag(const YAML::Mark& mark, const std::string& tag) const {
    if (tag.empty() || tag == "?" || tag == "!") return;
    fail(place(mark), fmt::format("the YAML tag {} has no meaning here; leave it out", base::in_quotes(tag)));
  }

  void begin(NodeKind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (open_.size() >= kDepthLimit) {
      fail(place(mark), fmt::format("this is nested deeper than {} levels", kDepthLimit));
    }
    auto node = std::make_shared<Node>();
    node->kind = kind;
    node->where = place(mark);
    open_.push_back({std::move(node), anchor, {}, false});
  }

  void end() {
    const Open done = std::move(open_.back());
    open_.pop_back();
    if (done.anchor != YAML::NullAnchor) anchors_[done.anchor] = done.node;
    attach(done.node, done.node->where);
  }

  void attach(std::shared_ptr<const Node> child, Position where) {
    if (open_.empty()) {
      root_ = std::move(child);
      return;
    }
    Open& parent = open_.back();
    parent.node->value_count += child->value_count;
    if (parent.node->value_count > kValueLimit) {
      fail(where, fmt::format("the file holds more than {} values, aliases counted as often as they are used",
                              kValueLimit));
    }
    if (parent.node->kind == NodeKind::kList) {
      parent.node->items.push_back(std::move(child));
    } else if (parent.key_pending) {
      parent.node->entries.back().value = std::move(child);
      parent.key_pending = false;
    } else {
      add_key(parent, *child, where);
    }
  }

  void add_key(Open& parent, const Node& key, Position where) {
    if (key.kind != NodeKind::kScalar) fail(where, "a key must be a word");
    const auto [known, added] = parent.keys.emplace(key.text, where);
    if (!added) {
      fail(where, fmt::format("the key {} stands here for the second time; the first is in line {}",
                              base::in_quotes(key.text), known->second.line));
    }
    parent.node->entries.push_back({key.text, where, nullptr});
    parent.key_pending = true;
  }

  const std::string& file_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, std::shared_ptr<const Node>> anchors_;
  std::shared_ptr<const Node> root_;
  std::optional<Position> bare_variable_;
};

std::string syntax_sentence(const YAML::Exception& error) {
  const bool misplaced = error.msg == YAML::ErrorMsg::MAP_VALUE;
  return fmt::format("this is not YAML: {}{}", error.msg,
                     misplaced ? "; are lines indented alike, and values that hold \": \" in quotes?" : "");
}

}  // namespace

const Node* Node::find(std::string_view key) const {
  const auto entry =
      std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.key == key; });
  return entry == entries.end() ? nullptr : entry->value.get();
}

std::shared_ptr<const Node> read_document(const std::string& text, const std::string& file) {
  check_text(text, file);
  std::istringstream stream(text);
  TreeBuilder builder(file);
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    if (const auto where = builder.bare_variable()) {
      throw ScenarioError(file, *where, "inside { } and [ ] a variable needs quotes: \"${name}\"");
    }
    throw ScenarioError(file, place(error.mark), syntax_sentence(error));
  }
  auto root = builder.take_root();
  if (!root || root->kind == NodeKind::kNothing) {
    throw ScenarioError(file, {1, 1}, "the file is empty; a scenario needs at least name and topology");
  }
  if (root->kind != NodeKind::kMap) {
    throw ScenarioError(file, root->where, "a scenario is a map of keys: name, topology, measure …");
  }
  return root;
}

}  // namespace banco::scenario
