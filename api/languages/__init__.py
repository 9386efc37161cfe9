"""Languages: the server's own sentences, in the language of whoever reads them.

    engine, activities ──► English sentence ──► an answer's field of type `Sentence` ──► Accept-Language: de?
                                                                                            │
                        “„Weiter“ führt nirgendwohin; …” ◄── German catalogue ◄─────────────┘

Everything that speaks writes plain English, knows nothing of languages, and may keep a sentence for years. At the edge
each sentence is found again by its wording in the catalogue of the language asked for (`sentences`). What a catalogue
lacks stays English. Codes, names and what customers read are never translated. See docs/decisions/0019.
"""
