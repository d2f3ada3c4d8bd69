"""Which answers may be given again."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('govern', "0031_containment"),
    ]

    operations = [
        migrations.CreateModel(
            name='CachedAnswer',
            fields=[
                ('digest', models.BinaryField(primary_key=True, serialize=False, verbose_name='digest of the request')),
                ('owner', models.TextField(verbose_name='shared by')),
                ('call_id', models.UUIDField(verbose_name='call')),
                ('stored_at', models.DateTimeField(verbose_name='stored')),
                ('expires_at', models.DateTimeField(verbose_name='kept until')),
            ],
            options={
                'verbose_name': 'answer in the cache',
                'verbose_name_plural': 'answers in the cache',
                'indexes': [models.Index(fields=['owner', 'stored_at'], name='cached_answers_by_age'), models.Index(fields=['expires_at'], name='cached_answers_by_expiry')],
            },
        ),
    ]
