"""A QTI 1.2 package, read as Canvas reads it: its manifest, the assessment that this names, its items and settings.

Written after what text2qti writes, which Canvas is known to import.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from xml.etree import ElementTree as ET

NAMES = {
    "m": "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1",
    "q": "http://www.imsglobal.org/xsd/ims_qtiasiv1p2",
    "c": "http://canvas.instructure.com/xsd/cccv1p0",
}


@dataclass(frozen=True)
class Item:
    """One question."""

    ident: str
    kind: str
    points: float
    html: str
    right: tuple[str, ...]

    def kept(self, typed: str) -> str:
        """What Canvas keeps of what was typed: of a number, four decimals; of a text, all."""
        return f"{float(typed):.4f}" if self.kind == "numerical_question" else typed.strip()


@dataclass(frozen=True)
class Quiz:
    """A quiz that was imported."""

    title: str
    settings: dict[str, str]
    items: tuple[Item, ...]


def quiz(content: bytes) -> Quiz:
    """The quiz of a package; whatever is missing or named twice is an error."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(set(names)) == len(names) and not any(_leads_out(name) for name in names)
        manifest = ET.fromstring(archive.read("imsmanifest.xml"))
        resources = {one.get("identifier"): one for one in manifest.iterfind(".//m:resource", NAMES)}
        [asked] = [one for one in resources.values() if one.get("type") == "imsqti_xmlv1p2"]
        meta = resources[asked.find("m:dependency", NAMES).get("identifierref")]
        listed = {file.get("href") for one in resources.values() for file in one.iterfind("m:file", NAMES)}
        assert listed == set(names) - {"imsmanifest.xml"}
        root = ET.fromstring(archive.read(asked.find("m:file", NAMES).get("href")))
        settings = ET.fromstring(archive.read(meta.get("href")))
    assert settings.get("identifier") == asked.get("identifier")
    assessment = root.find("q:assessment", NAMES)
    assert assessment.get("ident") == asked.get("identifier")
    items = tuple(_item(item) for item in assessment.iterfind("q:section[@ident='root_section']/q:item", NAMES))
    assert len({item.ident for item in items}) == len(items) > 0
    texts = {one.tag.rpartition("}")[2]: one.text or "" for one in settings}
    return Quiz(assessment.get("title"), texts, items)


def _leads_out(name):
    path = PurePosixPath(name)
    return path.is_absolute() or ".." in path.parts


def _item(item):
    fields = {
        field.findtext("q:fieldlabel", namespaces=NAMES): field.findtext("q:fieldentry", namespaces=NAMES)
        for field in item.iterfind("q:itemmetadata/q:qtimetadata/q:qtimetadatafield", NAMES)
    }
    response = item.find("q:presentation/q:response_str", NAMES)
    assert response.find("q:render_fib/q:response_label", NAMES) is not None
    right = []
    for condition in item.iterfind("q:resprocessing/q:respcondition", NAMES):
        assert condition.findtext("q:setvar[@varname='SCORE']", namespaces=NAMES) == "100"
        for equal in condition.iterfind("q:conditionvar/q:varequal", NAMES):
            assert equal.get("respident") == response.get("ident")
            right.append(equal.text)
    text = item.find("q:presentation/q:material/q:mattext", NAMES)
    assert text.get("texttype") == "text/html" and right
    return Item(item.get("ident"), fields["question_type"], float(fields["points_possible"]), text.text, tuple(right))
